"""From a draft to a placed order."""
