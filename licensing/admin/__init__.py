"""Licences in the admin, with who has ordered them and the controllers that they are claimed for."""

from licensing.admin import controllers, customers, licences

__all__ = ["controllers", "customers", "licences"]
