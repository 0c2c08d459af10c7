"""How the served API documents are made."""

from drf_spectacular.openapi import AutoSchema


class OperationSchema(AutoSchema):
    pass
