"""The doors to programs."""
