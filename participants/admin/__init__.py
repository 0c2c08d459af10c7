"""Clients, VENs and what is granted to them, in the Django admin; and the way in."""

from django.contrib import admin

from participants.admin import (
    clients,
    controllers,
    participants,
    publications,
    resources,
    subscriptions,
    vens,
)
from participants.admin.login import CountedLoginForm

# Not by a setting of unfold's: it would import this while no page can be registered yet.
admin.site.login_form = CountedLoginForm

__all__ = ["clients", "controllers", "participants", "publications", "resources", "subscriptions", "vens"]
