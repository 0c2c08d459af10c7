"""Other systems that follow demand-response events, each behind the same small protocol (`base`)."""
