"""The app that all others stand on."""

from django.apps import AppConfig


class VtnConfig(AppConfig):
    name = "vtn"
    verbose_name = "VTN"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vtn import checks  # noqa: F401 - registers the system checks
        from vtn.discovery import checks as _discovery  # noqa: F401 - as above
        from vtn.notifiers import checks as _checks  # noqa: F401 - as above
