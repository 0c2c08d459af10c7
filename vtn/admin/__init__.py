"""The admin of what all objects share: the record of changes, and forms for content."""

from vtn.admin.changes import OutboxEntryAdmin

__all__ = ["OutboxEntryAdmin"]
