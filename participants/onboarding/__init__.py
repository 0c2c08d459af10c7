"""Makes many VENs at once from a table, each with a client: all of them or none (docs/onboarding.md)."""
