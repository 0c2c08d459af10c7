"""The admin of what all objects share: the record of changes, and what the pages of the other apps are made of."""

from vtn.admin.changes import OutboxEntryAdmin

__all__ = ["OutboxEntryAdmin"]
