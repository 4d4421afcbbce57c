"""What the product tells people by itself: pushes, notices, and the rules by which they leave."""
