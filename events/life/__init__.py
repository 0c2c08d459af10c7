"""The life of an event: what it is doing now, and what the clock changes about that."""
