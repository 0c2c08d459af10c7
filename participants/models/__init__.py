"""Who takes part: clients with their secrets, the VENs and resources that targets are granted to, and subscriptions."""

from participants.models.callbacks import Callback
from participants.models.clients import CLIENT_ID, Client, ClientSecret
from participants.models.controllers import ControllerLink
from participants.models.mqtt import MqttAuthority, Publication
from participants.models.participant import Participant
from participants.models.resources import Resource, ResourceTarget
from participants.models.subscriptions import Subscription, SubscriptionWay
from participants.models.vens import Ven, VenTarget

__all__ = [
    "CLIENT_ID",
    "Callback",
    "Client",
    "ClientSecret",
    "ControllerLink",
    "MqttAuthority",
    "Participant",
    "Publication",
    "Resource",
    "ResourceTarget",
    "Subscription",
    "SubscriptionWay",
    "Ven",
    "VenTarget",
]
