"""The paths at which a broker asks whom it may let do what; they begin with the secret that it shares with the VTN."""

from django.urls import path

from participants.mqtt import callbacks

urlpatterns = [
    path("<str:secret>/authenticate", callbacks.authenticate),
    path("<str:secret>/superuser", callbacks.superuser),
    path("<str:secret>/authorize", callbacks.authorize),
]
