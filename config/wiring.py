"""Which implementation stands behind each choice, as dotted names; `manage.py check` fails when one does not import."""

WIRING = {
    # Deletes whatever hangs on a program, when a program is deleted with `?cascade=true`.
    "program_dependents": "events.services.delete_events_of_program",
    # What belongs to a program and goes into its file, by its member there (programs/files/parts.py).
    "program_parts": {"events": "events.program_file.EventsOfProgram"},
    # Says whether a caller sees a program that it names in a subscription.
    "sees_program": "programs.queries.sees_program",
    # Render what the outbox has of an object, which is in the 3.1.0 dialect, as 3.0.1 does: for notifications.
    "program_in_301": "programs.wire.v301.recorded_in_301",
    "event_in_301": "events.wire.v301.recorded_in_301",
    "report_in_301": "events.reports.wire.v301.recorded_in_301",
    # Each is handed every change, and writes down whom it is to be told to (vtn/relay/telling.py).
    "tells": [
        "participants.notifications.fan_out.tell",
        "events.life.following.tell",
        "events.bindings.fan_out.tell",
        "events.bindings.passing_on.tell",
        "participants.mqtt.telling.tell",
        "events.dr_events.following.tell",
    ],
    # What carries deliveries to their recipients, by the name that stands in them (vtn/deliveries/channels.py).
    "channels": {
        "webhook": "participants.notifications.webhooks.Webhooks",
        "backend": "events.bindings.pushing.Backends",
        "licence": "events.bindings.passing_on.Licences",
        "contact": "events.dr_events.notifying.Contacts",
    },
    # Hands text messages to telephones (participants/contacts/sms.py).
    "sms_gateway": "participants.contacts.sms.ConsoleSms",
    # Other systems that follow events, by the names that staff choose them by; installed packages bring more
    # (events/backends/registry.py).
    "backends": {
        "console": "events.backends.console.ConsoleBackend",
        "eniris": "events.backends.eniris.backend.EnirisBackend",
        "http": "events.backends.http.HttpBackend",
        "tygron": "events.backends.tygron.backend.TygronBackend",
    },
    # The bodies of refusals by which no view is reached, by the paths of doors that have their own (vtn/problem.py).
    "error_bodies": {
        "/v1/": "licensing.wire.eniris.error_body",
        "/dr/": "participants.wire.ecosuite.error_body",
        "/schemas/": "participants.wire.ecosuite.error_body",
    },
    # Put what is sealed under the newest key (`manage.py reseal_tokens`); each tells how many objects it saw to.
    "reseals": [
        "participants.mqtt.certificates.reseal",
        "participants.services.subscriptions.reseal_tokens",
        "participants.services.participants.reseal_secrets",
        "events.bindings.services.reseal_secrets",
    ],
    # Measure what /metrics tells (vtn/api/metrics.py).
    "metrics": [
        "vtn.deliveries.metrics.measure",
        "participants.notifications.metrics.measure",
        "participants.mqtt.metrics.measure",
        "tariffs.publishing.metrics.measure",
    ],
    # What to warn staff of before they save an event: each is handed its content and the time, and gives texts.
    "event_warnings": ["events.bindings.foreseen.licence_warnings"],
    # What the overview of the admin shows, in its order (vtn/panels.py). Whoever lacks the permission sees no panel.
    "panels": [
        "events.admin.panels.timeline",
        "events.admin.panels.versions",
        "participants.admin.panels.vens",
        "events.admin.panels.missing_reports",
        "vtn.admin.panels.deliveries",
        "events.admin.panels.backends",
        "vtn.admin.panels.last_day",
    ],
    # What lists of VENs have to know of an event that they are narrowed down by (participants/fleet.py).
    "event_facts": "events.overview.facts_of",
    # What a VEN sees because of its grant, for its page in the admin.
    "seen_with_targets": "events.opened.seen_with_targets",
    # Further pages about a VEN, of apps above: titles and addresses.
    "ven_pages": "events.admin.why.pages_about",
    # The reports that it was asked for, drawn.
    "ven_reports": "events.reports.ven_shown.reports_of",
}
