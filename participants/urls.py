"""The paths of authentication, VENs, resources, subscriptions and notifiers, for each OpenADR root."""

from django.urls import URLPattern, path

from participants.api.callbacks import Callbacks
from participants.api.notifiers import TOPICS, MqttTopics, Notifiers
from participants.api.resources import OneResource, OneResourceOfVen, Resources, ResourcesOfVen
from participants.api.server import KeysView, ServerView
from participants.api.signing_keys import SigningKey
from participants.api.subscriptions import OneSubscription, Subscriptions
from participants.api.token import TokenView
from participants.api.vens import OneVen, Vens, VensBatch
from vtn.api import paths as paths  # registers `object_id`
from vtn.dialect import Dialect


def _openadr(dialect: Dialect) -> list[URLPattern]:
    return [
        path("auth/token", TokenView.as_view(dialect=dialect)),
        path("auth/server", ServerView.as_view(dialect=dialect)),
        path("auth/jwks", KeysView.as_view(dialect=dialect)),
        path("vens", Vens.as_view(dialect=dialect)),
        path("vens/batch", VensBatch.as_view(dialect=dialect)),
        path("vens/<object_id:ven_id>", OneVen.as_view(dialect=dialect)),
        path("subscriptions", Subscriptions.as_view(dialect=dialect)),
        path("subscriptions/<object_id:subscription_id>", OneSubscription.as_view(dialect=dialect)),
        path("subscriptions/<object_id:subscription_id>/callbacks", Callbacks.as_view(dialect=dialect)),
        path("subscriptions/<object_id:subscription_id>/signingKey", SigningKey.as_view(dialect=dialect)),
    ]


openadr_301 = [
    *_openadr(Dialect.V301),
    path("vens/<object_id:ven_id>/resources", ResourcesOfVen.as_view(dialect=Dialect.V301)),
    path(
        "vens/<object_id:ven_id>/resources/<object_id:resource_id>",
        OneResourceOfVen.as_view(dialect=Dialect.V301),
    ),
]
openadr_310 = [
    *_openadr(Dialect.V310),
    path("resources", Resources.as_view(dialect=Dialect.V310)),
    path("resources/<object_id:resource_id>", OneResource.as_view(dialect=Dialect.V310)),
    path("notifiers", Notifiers.as_view()),
    *(
        path(f"notifiers/mqtt/topics/{each.path}", MqttTopics.as_view(topics_of=each, schema=each.schema))
        for each in TOPICS
    ),
]
