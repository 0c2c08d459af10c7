"""A program as a client wants it, whatever dialect it wrote."""

from __future__ import annotations

from dataclasses import dataclass

from vtn.content import Content


@dataclass(frozen=True, kw_only=True)
class ProgramContent(Content):
    program_name: str
