"""Who a bearer token says is calling: tokens of our own, and those of an external issuer."""

from participants.tokens.own import IssuedToken, issue, verify

__all__ = ["IssuedToken", "issue", "verify"]
