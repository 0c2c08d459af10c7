"""Starts everything one machine needs, database and broker included, and leaves nothing behind.

Pure Python: nothing in here imports Django, so that it can start what Django needs.
"""
