"""How VENs reach the broker, worked out from how the VTN does. Read by the settings, so it imports nothing heavy."""

from urllib.parse import urlsplit


def announced_uris(url: str) -> list[str]:
    """The same address without the VTN's credentials; none where VENs cannot get there."""
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts"):
        return []
    return [f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"]
