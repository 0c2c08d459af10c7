"""How identifiers look in a path."""

from django.urls import register_converter


class ObjectIDConverter:
    """`objectID` of both files. Anything else is no object's path, and so a 404."""

    regex = "[a-zA-Z0-9_-]{1,128}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ObjectIDConverter, "object_id")
