"""The admin of what all objects share: the record of changes, what is sent because of them, and what the pages of the
other apps are made of."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from vtn.admin.changes import OutboxEntryAdmin
from vtn.admin.circuits import CircuitAdmin
from vtn.admin.deliveries import DeliveryAdmin
from vtn.admin.overview import OVERVIEW_TEMPLATE
from vtn.admin.pollers import PollerAdmin
from vtn.admin.staff import GroupAdmin, UserAdmin

admin.site.index_template = OVERVIEW_TEMPLATE
admin.site.index_title = gettext_lazy("Overview")

__all__ = [
    "CircuitAdmin",
    "DeliveryAdmin",
    "GroupAdmin",
    "OutboxEntryAdmin",
    "PollerAdmin",
    "UserAdmin",
]
