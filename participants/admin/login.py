"""The login of staff, with the same limit to guessing as the token endpoint has."""

from __future__ import annotations

from typing import Any

from django.forms import ValidationError
from django.utils import timezone
from unfold.forms import AuthenticationForm

from participants.attempts import Attempts, address_of
from vtn import errors


class CountedLoginForm(AuthenticationForm):
    """Counts failures before the next password is hashed: a hash is slow on purpose, and a thread is gone for it."""

    def clean(self) -> dict[str, Any]:
        attempts = Attempts.of(
            client_id=f"staff:{self.cleaned_data.get('username')}",
            address=address_of(self.request.META if self.request else {}),
            now=timezone.now(),
        )
        try:
            attempts.require_few()
        except errors.TooManyAttempts as error:
            raise ValidationError(error.detail, code="too_many_attempts") from None
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            attempts.count_failure()
            raise
        attempts.forget()
        return cleaned
