"""How others spell timings: the engine of 2013 and of today, its JSON-RPC and its CSV, and our own JSON."""
