"""Which implementation stands behind each choice, as dotted names; `manage.py check` fails when one does not import."""

WIRING = {
    # Deletes whatever hangs on a program, when a program is deleted with `?cascade=true`.
    "program_dependents": "events.services.delete_events_of_program",
    # Says whether a caller sees a program that it names in a subscription.
    "sees_program": "programs.queries.sees_program",
    # Render what the outbox has of an object, which is in the 3.1.0 dialect, as 3.0.1 does: for notifications.
    "program_in_301": "programs.wire.v301.recorded_in_301",
    "event_in_301": "events.wire.v301.recorded_in_301",
    "report_in_301": "events.reports.wire.v301.recorded_in_301",
    # Each is handed every change, and writes down whom it is to be told to (vtn/relay/telling.py).
    "tells": [
        "participants.notifications.fan_out.tell",
        "participants.mqtt.telling.tell",
    ],
    # What carries deliveries to their recipients, by the name that stands in them (vtn/deliveries/channels.py).
    "channels": {
        "webhook": "participants.notifications.webhooks.Webhooks",
    },
    # Measure what /metrics tells (vtn/api/metrics.py).
    "metrics": ["vtn.deliveries.metrics.measure", "participants.notifications.metrics.measure"],
    # What a VEN sees because of its grant, for its page in the admin.
    "seen_with_targets": "events.opened.seen_with_targets",
}
