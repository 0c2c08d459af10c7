"""Reads of clients, VENs and resources, each with a fixed number of queries, one where it does not say another."""

from participants.queries.callers import caller_of, usable_hashes

__all__ = ["caller_of", "usable_hashes"]
