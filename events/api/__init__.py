"""The doors to events."""
