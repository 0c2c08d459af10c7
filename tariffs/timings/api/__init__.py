"""The two doors to timings: the engine's JSON-RPC, and REST."""
