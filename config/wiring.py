"""Which implementation stands behind each choice, as dotted names; `manage.py check` fails when one does not import."""

WIRING = {
    # Deletes whatever hangs on a program, when a program is deleted with `?cascade=true`.
    "program_dependents": "events.services.delete_events_of_program",
}
