"""Django's registration of this app."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from participants import checks  # noqa: F401 - registers the system checks
