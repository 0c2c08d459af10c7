"""Net clusters of a Tygron session that follow DR events."""
