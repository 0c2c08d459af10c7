"""What the API document says about the paths of Eniris' licence API."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from licensing.wire import eniris as wire
from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.operations import Answer, Operation, OperationSchema, Parameter

_TAG = "License"
_NODE_ID = Parameter("nodeID", str, "The nodeId of the controller", place="path")
_CUSTOMER_ID = Parameter("customerID", wire.Uuid, "The id of the customer", place="path")
_INCLUDE = Parameter("includeDatalinks", bool, "Each licence with the ids of its datalinks; default: false")
_ALWAYS = {
    401: "There is no token, or not a good one",
    415: "The body is not JSON by its Content-Type",
    500: "The server failed; its log says why",
    503: "The server cannot answer at the moment; retryAfter says when to come back",
}


def _operation(
    method: str,
    id: str,
    summary: str,
    answer: Answer,
    refusals: Mapping[int, str],
    *,
    scope: Scope,
    request: type | None = None,
    parameters: tuple[Parameter, ...] = (),
) -> OperationSchema:
    told = {**_ALWAYS, **refusals}
    if request is None:
        del told[415]
    answers = {HTTPStatus(status): Answer(told[status], wire.EnirisError) for status in sorted(told)}
    operation = Operation(
        id,
        _TAG,
        summary,
        {HTTPStatus.OK: answer, **answers},
        scopes=dict.fromkeys(Dialect, scope),
        parameters=parameters,
        request=request,
    )
    return OperationSchema({Dialect.V310: {method: operation}})


ACTIVATE = _operation(
    "post",
    "activateLicense",
    "Activate a licence, from now on or from another moment on",
    Answer("The licence as it is now", wire.LicenseActivated),
    {
        400: "The body is not right, or the licence is activated already",
        403: "The licence is another customer's, or the token lacks the scope",
        404: "There is no licence of this key",
        413: "The body is longer than the limit",
    },
    scope=Scope.WRITE_VENS,
    request=wire.LicenseActivation,
)
CLAIM = _operation(
    "post",
    "claimLicense",
    "Claim a licence for a controller",
    Answer("What was claimed for what", wire.LicenseClaimed),
    {
        400: "The body is not right, or the licence is claimed already",
        403: "The token lacks the scope",
        404: "There is no such licence or controller, or none of the caller's customers",
        413: "The body is longer than the limit",
    },
    scope=Scope.WRITE_VENS,
    request=wire.LicenseClaim,
)
OF_CONTROLLER = _operation(
    "get",
    "getLicensesByNodeId",
    "The licences that are claimed for a controller",
    Answer("The licences, in the order in which they were made", wire.LicenseList),
    {
        403: "The token lacks the scope",
        404: "There is no such controller, or none of the caller's customers",
    },
    scope=Scope.READ_VEN_OBJECTS,
    parameters=(_NODE_ID,),
)
OF_CUSTOMER = _operation(
    "get",
    "getLicensesByCustomer",
    "The licences of a customer, through its orders",
    Answer("The licences, in the order in which they were made", wire.LicenseList),
    {
        400: "The id is no UUID, or includeDatalinks neither true nor false",
        403: "The caller is no member of this customer, or the token lacks the scope",
        404: "There is no such customer",
    },
    scope=Scope.READ_VEN_OBJECTS,
    parameters=(_CUSTOMER_ID, _INCLUDE),
)
