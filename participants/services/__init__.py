"""Everything that changes clients, their secrets and what is granted to them. One function is one transaction."""

from participants.services.client_secrets import (
    NewSecret,
    NoSuchSecret,
    TooManySecrets,
    add_secret,
    delete_expired_secrets,
    revoke_secret,
    set_secret_expiry,
)
from participants.services.clients import (
    ClientTaken,
    NoSuchClient,
    create_client,
    rename_client,
    set_enabled,
    set_scopes,
)
from participants.services.provisioning import ClientDiffers, Provisioned, Wanted, provision_client
from participants.services.resources import (
    NoSuchResource,
    ResourceTaken,
    create_resource,
    delete_resource,
    update_resource,
)
from participants.services.vens import (
    NoSuchVen,
    VenTaken,
    create_ven,
    delete_ven,
    set_targets,
    update_ven,
)

__all__ = [
    "ClientDiffers",
    "ClientTaken",
    "NewSecret",
    "NoSuchClient",
    "NoSuchResource",
    "NoSuchSecret",
    "NoSuchVen",
    "Provisioned",
    "ResourceTaken",
    "TooManySecrets",
    "VenTaken",
    "Wanted",
    "add_secret",
    "create_client",
    "create_resource",
    "create_ven",
    "delete_expired_secrets",
    "delete_resource",
    "delete_ven",
    "provision_client",
    "rename_client",
    "revoke_secret",
    "set_enabled",
    "set_scopes",
    "set_secret_expiry",
    "set_targets",
    "update_resource",
    "update_ven",
]
