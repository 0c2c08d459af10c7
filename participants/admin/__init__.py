"""Clients, VENs and what is granted to them, in the Django admin; and the way in."""

from django.contrib import admin

from participants.admin import clients, publications, resources, subscriptions, vens
from participants.admin.login import CountedLoginForm

admin.site.login_form = CountedLoginForm

__all__ = ["clients", "publications", "resources", "subscriptions", "vens"]
