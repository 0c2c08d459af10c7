"""The rules of deliveries as the settings have them."""

from __future__ import annotations

from django.conf import settings

from vtn.deliveries.carrying import CarryingRules
from vtn.deliveries.circuits import CircuitRules
from vtn.deliveries.outcomes import Retries


def carrying_rules() -> CarryingRules:
    return CarryingRules(
        retries=Retries(
            first=settings.DELIVERY_RETRY_FIRST,
            most=settings.DELIVERY_RETRY_MOST,
            give_up_after=settings.DELIVERY_GIVE_UP_AFTER,
        ),
        circuits=CircuitRules(
            threshold=settings.CIRCUIT_THRESHOLD, first=settings.CIRCUIT_FIRST, most=settings.CIRCUIT_MOST
        ),
        lease=settings.DELIVERY_LEASE,
    )
