"""The one error of the launcher: its text is all that the person at the terminal gets to see."""


class CannotStart(Exception):
    """Something could not be started; the message says what and what to do about it."""
