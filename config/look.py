"""How the admin looks, and what stands in its margin. Read by django-unfold; nothing in it comes from elsewhere."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "OpenADR 3 VTN",
    "SITE_HEADER": "OpenADR 3 VTN",
    "SITE_SUBHEADER": _("Control room"),
    "SITE_SYMBOL": "bolt",
    "SITE_URL": reverse_lazy("admin:index"),
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("vtn/icon.svg")}
    ],
    "STYLES": [lambda request: static("vtn/admin.css")],
    "SCRIPTS": [
        lambda request: static("vtn/named.js"),
        lambda request: static("vtn/uploads.js"),
    ],
    "DASHBOARD_CALLBACK": "vtn.admin.overview.with_panels",
    "SIDEBAR": {"navigation": "vtn.admin.margin.navigation"},
    # A blue that keeps to WCAG AA on both grounds.
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
        # What unfold calls subtle is too pale to be read by everybody.
        "font": {
            "subtle-light": "var(--color-base-600)",
            "subtle-dark": "var(--color-base-300)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-200)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
    },
}

# The pages by subject, each with a symbol. One that is not registered, or not for this person, is left out; what no
# subject names stands at the end.
SUBJECTS = (
    (
        _("Programs & events"),
        {
            "programs.program": "category",
            "events.event": "event",
            "events.eventdraft": "edit_note",
            "events.holidaycalendar": "calendar_month",
            "events.report": "monitoring",
            "events.drevent": "bolt",
        },
    ),
    (
        _("Participants"),
        {
            "participants.ven": "electric_meter",
            "participants.resource": "ev_station",
            "participants.client": "key",
            "participants.subscription": "notifications",
            "participants.participant": "group",
            "vtn.poller": "sync",
        },
    ),
    (
        _("Deliveries"),
        {
            "vtn.delivery": "outbox",
            "vtn.circuit": "power_off",
            "participants.publication": "podcasts",
            "events.drnotification": "campaign",
        },
    ),
    (_("Backends"), {"events.binding": "hub"}),
    (
        _("Licences"),
        {
            "licensing.license": "license",
            "licensing.customer": "badge",
            "licensing.order": "receipt_long",
            "licensing.controller": "memory",
            "participants.controllerlink": "link",
        },
    ),
    (
        _("Tariffs"),
        {
            "tariffs.tariff": "euro",
            "tariffs.tariffversion": "layers",
            "tariffs.storedtiming": "schedule",
            "tariffs.publication": "publish",
        },
    ),
    (_("Audit"), {"vtn.outboxentry": "history", "auth.user": "person", "auth.group": "groups"}),
)
