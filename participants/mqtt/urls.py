"""The paths at which a broker asks whom it may let do what; they begin with the secret that it shares with the VTN."""

from django.urls import path

from participants.mqtt import broker_questions

urlpatterns = [
    path("<str:secret>/authenticate", broker_questions.authenticate),
    path("<str:secret>/superuser", broker_questions.superuser),
    path("<str:secret>/authorize", broker_questions.authorize),
]
