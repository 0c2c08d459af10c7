"""Why a VEN sees an event, or does not: what was found out about both, and what follows from it, in plain words."""
