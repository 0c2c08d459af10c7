"""What the API document says of the two doors to timings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from django.conf import settings
from msgspec import Meta

from tariffs.timings.wire.rest import ActivityBody, StoredTimingBody, TimingRequest, WindowBody
from tariffs.timings.wire.rpc_bodies import RpcAnswer, RpcRequest
from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.answers import refused
from vtn.openapi.operations import Answer, Operation, OperationSchema, Parameter
from vtn.wire.schema import CheckedMoment

_TAG = "timings"
_READ = {Dialect.V310: Scope.READ_TARGETS}
_WRITE = {Dialect.V310: Scope.WRITE_EVENTS}
_PLAN = Parameter("tpid", str, "The tariff plan", place="path")
_ONE = (_PLAN, Parameter("tag", str, "The timing's ID in the plan", place="path"))
_ZONE = Parameter(
    "timeZone",
    str,
    f"Whose days and clocks are meant, such as Europe/Brussels; {settings.TARIFFS_TIME_ZONE} unless given",
)
_STORED = Answer("The timing as it is stored", StoredTimingBody)


def _only(**operations: Operation) -> OperationSchema:
    return OperationSchema({Dialect.V310: operations})


JSON_RPC = _only(
    post=Operation(
        "jsonRpc",
        "JSON-RPC",
        "CGRateS' methods for the timings of tariff plans",
        {
            HTTPStatus.OK: Answer(
                "The answers; what went wrong stands in error. Empty for what is no request", RpcAnswer
            )
        },
        description="Apier is the contract of July 2013, APIerSv1 today's, also reachable as APIerSv2. Takes a token, "
        "and HTTP Basic with a client's id and secret; docs/timings.md tells more.",
        scopes=_WRITE,
        request=RpcRequest,
    )
)
TIMINGS = _only(
    get=Operation(
        "searchTimings",
        _TAG,
        "The timings of a tariff plan, by ID",
        {HTTPStatus.OK: Answer("The timings", list[StoredTimingBody])} | refused(400, 401, 403, 500),
        scopes=_READ,
        parameters=(
            _PLAN,
            Parameter("search", str, "Only timings with this in their ID"),
            Parameter("skip", Annotated[int, Meta(ge=0, le=2**31 - 1)], "How many to leave out at the front"),
            Parameter(
                "limit",
                Annotated[int, Meta(ge=0, le=settings.PAGE_LIMIT)],
                f"How many to answer with, {settings.PAGE_LIMIT} if it is not given",
            ),
        ),
    )
)
TIMING = _only(
    get=Operation(
        "searchTimingByID",
        _TAG,
        "One timing",
        {HTTPStatus.OK: _STORED} | refused(401, 403, 404, 500),
        scopes=_READ,
        parameters=_ONE,
    ),
    put=Operation(
        "setTiming",
        _TAG,
        "Create or replace one timing",
        {HTTPStatus.OK: _STORED, HTTPStatus.CREATED: _STORED} | refused(400, 401, 403, 413, 415, 500),
        scopes=_WRITE,
        parameters=_ONE,
        request=TimingRequest,
    ),
    delete=Operation(
        "deleteTiming",
        _TAG,
        "Delete one timing",
        {HTTPStatus.OK: Answer("The timing as it was", StoredTimingBody)} | refused(401, 403, 404, 500),
        scopes=_WRITE,
        parameters=_ONE,
    ),
)
WINDOWS = _only(
    get=Operation(
        "searchTimingWindows",
        _TAG,
        "When one timing is active in a period",
        {HTTPStatus.OK: Answer("The windows that overlap the period, in order", list[WindowBody])}
        | refused(400, 401, 403, 404, 500),
        scopes=_READ,
        parameters=(
            *_ONE,
            Parameter("start", CheckedMoment, "Begin of the period; required"),
            Parameter("end", CheckedMoment, "End of the period, no more than ten years later; required"),
            _ZONE,
        ),
    )
)
ACTIVITY = _only(
    get=Operation(
        "searchTimingActivity",
        _TAG,
        "Whether one timing is active",
        {HTTPStatus.OK: Answer("Whether it is, and when that changes", ActivityBody)}
        | refused(400, 401, 403, 404, 500),
        scopes=_READ,
        parameters=(
            *_ONE,
            Parameter("at", CheckedMoment, "The moment; now if it is not given"),
            _ZONE,
        ),
    )
)
