"""How pushes are queued, read and delivered, and the notices that people find of them."""
