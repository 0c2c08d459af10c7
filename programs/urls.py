"""The paths of programs, below each OpenADR root."""

from django.urls import path

from programs.api.openadr import OneProgram, Programs
from vtn.api import paths as paths  # registers `object_id`
from vtn.dialect import Dialect


def _openadr(dialect: Dialect) -> list:
    return [
        path("programs", Programs.as_view(dialect=dialect)),
        path("programs/<object_id:program_id>", OneProgram.as_view(dialect=dialect)),
    ]


openadr_301 = _openadr(Dialect.V301)
openadr_310 = _openadr(Dialect.V310)
