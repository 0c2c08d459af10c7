"""The pages of the admin that no model has."""

from django.contrib import admin
from django.urls import path

from events.admin.seen import seen
from events.admin.why import why

pages = [
    path("", admin.site.admin_view(why), name="why"),
    path("seen/<str:ven_id>/<str:collection>/", admin.site.admin_view(seen), name="seen"),
]
