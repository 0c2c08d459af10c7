"""A user of the plain way, and a token for it."""

from datetime import UTC, datetime, timedelta

import jwt
from django.contrib.auth.models import User

from vtn.ids import new_id
from vtn.launcher.home import Home


def make(home: Home) -> str:
    user, _ = User.objects.get_or_create(username="bench-plain")
    claims = {
        "token_type": "access",
        "exp": datetime.now(UTC) + timedelta(hours=12),
        "jti": new_id(),
        "user_id": str(user.pk),
    }
    return jwt.encode(claims, home.secret_key(), algorithm="HS256")
