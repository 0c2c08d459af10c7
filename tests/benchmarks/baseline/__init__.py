"""The plain way to serve the same events: Django REST framework as its documentation shows it, nothing kept.

Only the benchmark knows it. It reads the project's tables and gives the same answer, which the benchmark checks.
"""
