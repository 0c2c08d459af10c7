"""What Mosquitto's dynamic security plugin knows at first: the VTN, and that nobody else may do anything."""

import base64
import hashlib
import secrets

# No client of ours has a space in its id.
VTN = "the vtn"
# What Mosquitto 2.0 uses itself. The password is no word of somebody's.
_ITERATIONS = 101


def first_rules(password: str) -> dict[str, object]:
    """Of the plugin: an administrator, who publishes, and nobody else who may do anything."""
    salt = secrets.token_bytes(12)
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    control = "$CONTROL/dynamic-security/#"
    allowed = [
        ("publishClientSend", "#"),
        ("publishClientSend", control),
        ("publishClientReceive", control),
        ("subscribePattern", control),
    ]
    return {
        "defaultACLAccess": {
            "publishClientSend": False,
            "publishClientReceive": False,
            "subscribe": False,
            "unsubscribe": True,
        },
        "clients": [
            {
                "username": VTN,
                "roles": [{"rolename": "administrator"}],
                "password": base64.b64encode(hashed).decode(),
                "salt": base64.b64encode(salt).decode(),
                "iterations": _ITERATIONS,
            }
        ],
        "groups": [],
        "roles": [
            {
                "rolename": "administrator",
                "acls": [{"acltype": kind, "topic": topic, "allow": True} for kind, topic in allowed],
            }
        ],
    }
