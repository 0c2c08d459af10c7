"""What is asked of callbacks in each dialect, less what the settings of a lab take away."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from vtn.dialect import Dialect
from vtn.notifiers.addresses import AddressRules
from vtn.notifiers.client import CallRules


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """`http` takes URLs without TLS too, `challenge` asks a receiver whether it wants to be one."""

    http: bool
    challenge: bool
    calls: CallRules

    @classmethod
    def of(cls, dialect: Dialect) -> CallbackRules:
        """3.1.0 Definition, "Webhooks". 3.0.1 knows neither https as a must nor the challenge; which addresses are
        called is ours to say, and the same in both (decisions/openadr.md §7)."""
        is_old = dialect is Dialect.V301
        return cls(
            http=is_old or settings.UNSAFE_CALLBACKS_OVER_HTTP,
            challenge=not (is_old or settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE),
            calls=_calls(),
        )

    @property
    def local_names(self) -> bool:
        return self.calls.addresses.everything


def _calls() -> CallRules:
    return CallRules(
        addresses=AddressRules(
            allowed=tuple(settings.CALLBACK_ALLOWED_NETWORKS),
            everything=settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES,
        ),
        timeout=settings.CALLBACK_TIMEOUT,
        connect_timeout=settings.CALLBACK_CONNECT_TIMEOUT,
        max_answer_bytes=settings.CALLBACK_MAX_ANSWER_BYTES,
        ca_file=settings.CALLBACK_CA_FILE,
    )
