"""The front doors, opened as people open them."""
