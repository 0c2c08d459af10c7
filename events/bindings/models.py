"""The table of bindings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from vtn.wire.targets import MAX_TARGET_LENGTH


class Binding(models.Model):
    """Events of some programs, with some targets, that drive one other system by one backend.

    Without programs it is of all, without targets of all events of those. `settings` are what the backend's form made
    of them, less the secrets, which are sealed. `mapping` says what our targets are called there, in the backend's own
    shape. `trouble` is what stands in the way of everything, until staff have done something about it.
    """

    name = models.CharField(max_length=128, unique=True)
    backend = models.CharField(max_length=64)
    host = models.CharField(max_length=300, editable=False)
    is_enabled = models.BooleanField("enabled", default=True)
    program_ids = ArrayField(models.CharField(max_length=128), default=list, blank=True)
    targets = ArrayField(models.CharField(max_length=MAX_TARGET_LENGTH), default=list, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    sealed_secrets = models.JSONField(default=dict, editable=False)
    mapping = models.JSONField(default=dict, blank=True)
    trouble = models.TextField(blank=True, editable=False)
    troubled_at = models.DateTimeField(null=True, editable=False)
    pushed_at = models.DateTimeField("last pushed", null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    modified_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [models.Index(fields=["is_enabled"], name="binding_enabled")]

    def __str__(self) -> str:
        return self.name
