"""The page of the desk: back office's operations in a browser, behind a one-time link from the chat."""
