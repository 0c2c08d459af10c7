"""Reports: what VENs measured, as they wrote it and as typed readings. The table that grows."""
