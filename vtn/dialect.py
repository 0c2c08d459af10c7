"""The versions of OpenADR 3 that are served, as names for what differs between them."""

from enum import Enum


class Dialect(Enum):
    V301 = "3.0.1"
    V310 = "3.1.0"

    @property
    def document_field(self) -> str:
        """The column that holds an object's rendered document in this dialect."""
        return {Dialect.V301: "document_301", Dialect.V310: "document_310"}[self]
