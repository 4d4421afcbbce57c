"""Windows for apps without buttons: each choice has a number, and a typed number becomes a tap."""
