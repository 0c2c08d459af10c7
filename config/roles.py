"""What each role of staff may do, as names of permissions in which a * stands for anything.

Each role is a group of Django's, made and brought up to date by every `migrate` (vtn/roles.py).
"""

_APPS = ("vtn", "licensing", "participants", "programs", "events", "tariffs")
_SEES = tuple(f"{app}.view_*" for app in _APPS)
_PLANS = ("event", "eventdraft", "holidaycalendar")

ROLES = {
    # Everything but to be a superuser of Django's, which vtn/admin/staff.py sees to.
    "administrator": (*(f"{app}.*" for app in _APPS), "auth.*_user", "auth.*_group"),
    "operator": (
        *_SEES,
        *(f"events.{verb}_{model}" for model in _PLANS for verb in ("add", "change", "delete")),
    ),
    "approver": (*_SEES, "events.publish_eventdraft"),
    "viewer": _SEES,
}
