"""Finds a way to run PostgreSQL, which refuses to run as root, when the launcher runs as root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from vtn.launcher.errors import CannotStart

ACCOUNTS = ("postgres", "nobody")

NO_WAY = """\
PostgreSQL does not run as root, and no way was found to run it as somebody else here: user namespaces are
not permitted (unshare --user) and changing to another account is not either (setpriv). Either run as an
ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer that runs elsewhere."""


def unprivileged_prefix(data: Path) -> list[str]:
    """What to put before a command so that it does not run as root; nothing for an ordinary user.

    Data that once was given to another account stays with that account. Raises CannotStart.
    """
    if os.geteuid() != 0:
        return []
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0 and _works(namespace := _own_namespace()):
        return namespace
    for account in _accounts(owner):
        if _works(prefix := _other_account(account)):
            _give(data, account)
            return prefix
    raise CannotStart(NO_WAY)


def _own_namespace() -> list[str]:
    """Still root, but under another number: files stay root's and nothing has to be made readable."""
    return ["unshare", "--user", "--map-user=1000"]


def _other_account(account: pwd.struct_passwd) -> list[str]:
    """Another account, which may still reach binaries and data through directories closed to it."""
    return [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        # Changing the account forgets it.
        "--pdeathsig=INT",
    ]


def _accounts(owner: int) -> list[pwd.struct_passwd]:
    known = {account.pw_name: account for account in pwd.getpwall()}
    if owner:
        return [account for account in known.values() if account.pw_uid == owner][:1]
    return [known[name] for name in ACCOUNTS if name in known]


def _works(prefix: list[str]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    try:
        answer = subprocess.run(
            [*prefix, "id", "-u"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() not in ("", "0")


def _give(data: Path, account: pwd.struct_passwd) -> None:
    if not data.exists():
        data.mkdir(mode=0o700)
    os.chown(data, account.pw_uid, account.pw_gid)
