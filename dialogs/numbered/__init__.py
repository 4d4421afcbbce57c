"""Windows without buttons: each choice is a number to type, what is typed becomes a tap."""
