"""The messages that the product sends by itself: pushes, notices, and the rules by which they leave."""
