"""The address the web server listens on, and how to reach it from this machine."""

import http.client
import socket
from dataclasses import dataclass

from vtn.launcher.errors import CannotStart

# Where a server that listens on all interfaces can be reached.
NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclass(frozen=True)
class WebAddress:
    host: str
    port: int

    @property
    def url(self) -> str:
        """The root as seen from this machine, without a slash at its end."""
        near = self._near
        return f"http://[{near}]:{self.port}" if ":" in near else f"http://{near}:{self.port}"

    @property
    def _near(self) -> str:
        return NEAR.get(self.host, self.host)

    def require_free(self) -> None:
        """Raises CannotStart when something listens there already or the address is not ours."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            # Connections that have just been closed are no obstacle; a listener is.
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((self.host, self.port))
            except OSError as error:
                raise CannotStart(
                    f"The address {self.host} port {self.port} cannot be used: {error.strerror}.\n"
                    "Choose another one with PORT, as in `make run PORT=8001`."
                ) from error

    def answers(self, path: str) -> bool:
        """True when a GET of the path is answered with 200."""
        connection = http.client.HTTPConnection(self._near, self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])
