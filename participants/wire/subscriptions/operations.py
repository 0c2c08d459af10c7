"""`objectOperations`, which both dialects write alike, and the bearer tokens inside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from django.conf import settings
from msgspec import Meta

from participants.content import ObjectOperations
from vtn import errors
from vtn.dialect import Dialect
from vtn.wire import body
from vtn.wire.metadata import content_members
from vtn.wire.schema import Schema, Uri

ObjectType = Literal["PROGRAM", "EVENT", "REPORT", "SUBSCRIPTION", "VEN", "RESOURCE"]
# Clients in use write either vocabulary to either version (decisions/openadr.md §7).
_MEANING = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE"}
_METHOD = {meaning: method for method, meaning in _MEANING.items()}
WrittenOperation = Literal["READ", "CREATE", "UPDATE", "DELETE", "GET", "POST", "PUT"]
# It becomes part of a header, where RFC 9110 §5.5 has visible characters only.
BearerToken = Annotated[str, Meta(max_length=4096, pattern=r"^[!-~]*\Z", examples=["NCEJGI9E8ER9802UT9HUG"])]


class ObjectOperation(Schema, frozen=True):
    """Operations on types of objects, and the URL that is told of them."""

    objects: list[ObjectType]
    operations: list[WrittenOperation]
    callback_url: Uri
    bearer_token: BearerToken | None = None


def wanted(written: Any, checked: Sequence[Any]) -> tuple[ObjectOperations, ...]:
    """What `objectOperations` say. Raises `Invalid` for too many, and for ways of telling that are not offered."""
    if len(checked) > settings.MAX_OBJECT_OPERATIONS:
        raise errors.Invalid(f"objectOperations: there are more than {settings.MAX_OBJECT_OPERATIONS}")
    for place, item in enumerate(written):
        # Later versions add others. Taken for a webhook, such a subscription would wait for ever.
        if item.get("mechanism", "WEBHOOK") != "WEBHOOK":
            raise errors.Invalid(f"objectOperations[{place}].mechanism: only WEBHOOK is offered")
    if len({item.callback_url for item in checked}) > settings.MAX_CALLBACKS:
        raise errors.Invalid(f"objectOperations: there are more than {settings.MAX_CALLBACKS} callback URLs")
    return tuple(
        ObjectOperations(
            object_types=tuple(dict.fromkeys(item.objects)),
            operations=tuple(dict.fromkeys(_MEANING.get(word, word) for word in item.operations)),
            callback_url=item.callback_url,
            bearer_token=item.bearer_token,
        )
        for item in checked
    )


def told_as(operation: str, dialect: Dialect) -> str:
    """`notification.operation`, whatever words the subscription has: 3.0.1's file has GET, POST, PUT and DELETE there,
    and 3.1.0's READ, CREATE, UPDATE and DELETE."""
    return _METHOD.get(operation, operation) if dialect is Dialect.V301 else operation


def members_without_tokens(written: dict[str, Any]) -> dict[str, Any]:
    """All that the client wrote, less what has its own place. A token that stands where none belongs is not kept
    either: everything that is, is shown to business logic."""
    kept = {name: value for name, value in content_members(written).items() if name != "clientID"}
    return _without_tokens(kept)


def with_tokens(document: str, tokens: Iterable[str | None]) -> str:
    """The document of a subscription as its owner gets it; null where there is no token."""
    whole = body.decode_text(document)
    operations = [
        {**item, "bearerToken": token} for item, token in zip(whole["objectOperations"], tokens, strict=True)
    ]
    return body.encode_text({**whole, "objectOperations": operations})


def _without_tokens(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_tokens(member) for name, member in value.items() if name != "bearerToken"}
    if isinstance(value, list):
        return [_without_tokens(item) for item in value]
    return value
