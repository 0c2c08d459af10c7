"""Clients, VENs and what is granted to them, in the Django admin."""

from participants.admin import clients, vens

__all__ = ["clients", "vens"]
