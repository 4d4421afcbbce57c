"""The conversation: windows, getters and handlers by flow. Rules live in `domain/`, sentences in `texts/`."""
