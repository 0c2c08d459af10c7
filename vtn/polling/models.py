"""The tables of who asked for what, and when."""

from __future__ import annotations

from django.db import models

from vtn.dialect import Dialect


class Poll(models.Model):
    """The last time at which a client asked a question, and the status that it was answered with.

    `about` names what the answer to the question holds of events, as in `events.program.…` (`vtn.polling.questions`),
    and is empty if that is nothing.
    """

    pk = models.CompositePrimaryKey("client_id", "path", "query")
    client_id = models.CharField(max_length=128)
    path = models.CharField(max_length=1000)
    query = models.CharField(max_length=1000)
    about = models.CharField(max_length=160)
    status = models.SmallIntegerField()
    polled_at = models.DateTimeField("asked")

    class Meta:
        indexes = [
            models.Index(
                fields=["about", "client_id", "polled_at"], condition=~models.Q(about=""), name="poll_about"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def dialect(self) -> Dialect:
        return Dialect.V310 if self.path.startswith("/openadr3/3.1.0/") else Dialect.V301


class Poller(models.Model):
    """A client that has asked at all, and when it last did."""

    client_id = models.CharField(primary_key=True, max_length=128)
    polled_at = models.DateTimeField("asked")

    class Meta:
        indexes = [models.Index(fields=["polled_at", "client_id"], name="poller_by_time")]

    def __str__(self) -> str:
        return self.client_id
