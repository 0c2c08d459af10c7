"""The tables of clients and their secrets."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from vtn.caller import GRANTABLE_SCOPES, Role

# RFC 6749 appendix A.1 allows visible ASCII and the space, `clientID` of 3.1.0 up to 128 characters. A space would
# be trimmed by one client and not by the next.
CLIENT_ID = re.compile(r"[!-~]{1,128}")

_is_client_id = RegexValidator(
    re.compile(rf"\A{CLIENT_ID.pattern}\Z"), "1 to 128 visible ASCII characters without spaces"
)


class Client(models.Model):
    """Something that may ask for tokens. Its id is never used again for another, so it is disabled, not deleted."""

    class Roles(models.TextChoices):
        BL = Role.BL.value, "business logic"
        VEN = Role.VEN.value, "VEN"

    client_id = models.CharField("client id", primary_key=True, max_length=128, validators=[_is_client_id])
    name = models.CharField(max_length=128)
    role = models.CharField(max_length=3, choices=Roles.choices)
    scopes = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    is_enabled = models.BooleanField("enabled", default=True)
    created_at = models.DateTimeField("created", editable=False)
    modified_at = models.DateTimeField("last changed", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="client_name",
                violation_error_message="There is already a client of this name",
            ),
            models.CheckConstraint(condition=~models.Q(client_id=""), name="client_id_not_empty"),
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q(
                            role=role.value, scopes__contained_by=sorted(scope.value for scope in scopes)
                        )
                        for role, scopes in GRANTABLE_SCOPES.items()
                    ),
                    _connector=models.Q.OR,
                ),
                name="client_scopes_of_role",
                violation_error_message="A client of this role cannot hold all of these scopes",
            ),
        ]

    def __str__(self) -> str:
        return self.client_id


class ClientSecretQuerySet(models.QuerySet["ClientSecret"]):
    def usable(self, at: datetime) -> ClientSecretQuerySet:
        """Those that have not expired."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at))


class ClientSecret(models.Model):
    """One of the secrets of a client, as a hash: several at a time, so that they can be changed without a pause."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="secrets")
    hash = models.CharField(max_length=256, editable=False)
    label = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField("created", editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True)

    objects = ClientSecretQuerySet.as_manager()

    class Meta:
        verbose_name = "secret"

    def __str__(self) -> str:
        return self.label or f"secret of {self.created_at:%Y-%m-%d %H:%M}"
