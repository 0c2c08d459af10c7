"""Which implementation stands behind each choice, as dotted names; `manage.py check` fails when one does not import."""

WIRING = {
    # Deletes whatever hangs on a program, when a program is deleted with `?cascade=true`.
    "program_dependents": "events.services.delete_events_of_program",
    # Says whether a caller sees a program that it names in a subscription.
    "sees_program": "programs.queries.sees_program",
    # What a VEN sees because of its grant, for its page in the admin.
    "seen_with_targets": "events.opened.seen_with_targets",
}
