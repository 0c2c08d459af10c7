"""Programs in the admin."""

from programs.admin import programs

__all__ = ["programs"]
