"""The admin of what all objects share: the record of changes, what is sent because of them, and what the pages of the
other apps are made of."""

from vtn.admin.changes import OutboxEntryAdmin
from vtn.admin.circuits import CircuitAdmin
from vtn.admin.deliveries import DeliveryAdmin

__all__ = ["CircuitAdmin", "DeliveryAdmin", "OutboxEntryAdmin"]
