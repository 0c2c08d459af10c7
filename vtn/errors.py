"""What can go wrong with a request, named for what failed; `vtn.problem` knows the status codes."""


class VtnError(Exception):
    """A refusal whose text may be shown to the client."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Invalid(VtnError):
    """The request says something that it may not say."""


class MissingCredentials(VtnError):
    """There is no token, or the header that should hold one is malformed."""


class BadCredentials(VtnError):
    """There is a token, and it is not good: forged, expired, for somebody else, or of a disabled client."""


class Forbidden(VtnError):
    """The caller is known and may not do this."""


class NotFound(VtnError):
    """There is no such object, or none that the caller may see."""


class NoSuchObject(NotFound):
    """No object of a kind has this id."""

    kind = "object"

    def __init__(self, object_id: str) -> None:
        super().__init__(f"There is no {self.kind} '{object_id}'")


class Conflict(VtnError):
    """The request contradicts what is stored."""


class TooLarge(VtnError):
    """The body is longer than the limit."""


class TooManyAttempts(VtnError):
    """The caller has to wait before it tries again."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Busy(VtnError):
    """The server has no room for this at the moment; the same request may do later."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
