"""Who takes part: clients with their secrets, the VENs and resources that targets are granted to, and subscriptions."""

from participants.models.clients import CLIENT_ID, Client, ClientSecret
from participants.models.resources import Resource, ResourceTarget
from participants.models.subscriptions import Subscription
from participants.models.vens import Ven, VenTarget

__all__ = [
    "CLIENT_ID",
    "Client",
    "ClientSecret",
    "Resource",
    "ResourceTarget",
    "Subscription",
    "Ven",
    "VenTarget",
]
