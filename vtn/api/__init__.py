"""What the views of all doors share."""
