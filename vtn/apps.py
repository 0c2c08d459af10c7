"""The app that all others stand on."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class VtnConfig(AppConfig):
    name = "vtn"
    verbose_name = "VTN"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vtn import checks  # noqa: F401 - registers the system checks
        from vtn.admin.names import translate_names
        from vtn.discovery import checks as _discovery  # noqa: F401 - as above
        from vtn.notifiers import checks as _checks  # noqa: F401 - as above
        from vtn.roles import keep_roles

        # Django makes the permissions of one app after the other; behind the last one all are there.
        *_, last = apps.get_app_configs()
        translate_names()
        post_migrate.connect(keep_roles, sender=last, dispatch_uid="vtn.roles")
