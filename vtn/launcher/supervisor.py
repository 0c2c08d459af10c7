"""Brings the whole system up in order, keeps it up, and takes it down again."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from vtn.launcher import logs, services
from vtn.launcher.crew import Crew
from vtn.launcher.errors import CannotStart
from vtn.launcher.first_screen import Demo
from vtn.launcher.lock import HomeLock
from vtn.launcher.mosquitto import EmbeddedMosquitto, Mosquitto
from vtn.launcher.options import Options
from vtn.launcher.postgres import EmbeddedPostgres
from vtn.launcher.process import GuardedProcess, Service, Tell, Ticks, describe, run_to_end, tail
from vtn.launcher.valkey import EmbeddedValkey

READY_PATH = "/health/ready"
# In the order of their start.
_WORKERS = (services.celery_worker, services.delivery_worker, services.clock_worker, services.celery_beat)


class Supervisor:
    """The running system, as a context: ready to serve inside, and nothing left of it outside.

    Benchmarks and tests use it as `make run` does: `with Supervisor(options, tell=print) as running: ...`.
    """

    def __init__(self, options: Options, *, tell: Tell) -> None:
        self.options = options
        self.demo: Demo | None = None
        self._tell = tell
        self._crew = Crew(tell=tell)
        self._stack = ExitStack()
        self._held: tuple[int, ...] = ()

    def __enter__(self) -> "Supervisor":
        """Raises CannotStart; what had been started until then is stopped."""
        with ExitStack() as stack:
            lock = HomeLock(self.options.home, address=self.options.address.url, tell=self._tell)
            self._held = (stack.enter_context(lock).descriptor,)
            self.options.address.require_free()
            logs.rotate(self.options.home.logs)
            stack.callback(self._crew.stop)
            self._start_servers()
            self._migrate()
            if self.options.mosquitto:
                self._start_mosquitto(self.options.mosquitto)
            web, process = self._start_services()
            # The demo is made while they start: both take a second or two.
            self.demo = Demo.parse(self._run(services.create_demo(self.options)))
            self._wait_until_ready(web, process)
            if services.is_announced():
                self._crew.start(GuardedProcess(services.announcer(self.options), held=self._held))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._stack.close()

    def watch(self, is_over: Callable[[], bool]) -> None:
        """Restarts whoever dies until it is over. Raises CannotStart when one does not stay up."""
        while not is_over():
            self._crew.look_after()
            time.sleep(0.2)

    def _start_servers(self) -> None:
        home = self.options.home
        if self.options.embed_database:
            self._tell("Starting PostgreSQL")
            self._crew.start(EmbeddedPostgres(home, tell=self._tell, held=self._held))
        if self.options.embed_redis:
            self._tell("Starting valkey")
            self._crew.start(EmbeddedValkey(home, tell=self._tell, held=self._held))

    def _migrate(self) -> None:
        self._tell("Bringing the database up to date")
        self._run(services.migrate(self.options))

    def _start_mosquitto(self, mosquitto: Mosquitto) -> None:
        self._tell(f"Starting Mosquitto for MQTT at {mosquitto.uri}")
        self._run(services.mqtt_certificates(mosquitto, self.options))
        self._crew.start(EmbeddedMosquitto(mosquitto, self.options.home, tell=self._tell, held=self._held))

    def _start_services(self) -> tuple[Service, GuardedProcess]:
        """Answers the web server, the last of them: it is the first to stop."""
        self._tell(f"Starting Celery and the web server ({self.options.workers} workers)")
        for service in _WORKERS:
            self._crew.start(GuardedProcess(service(self.options), held=self._held))
        web = services.web_server(self.options)
        process = GuardedProcess(web, held=self._held)
        self._crew.start(process)
        return web, process

    def _wait_until_ready(self, web: Service, process: GuardedProcess) -> None:
        give_up_at = time.monotonic() + 60
        tick = Ticks("The web server", self._tell)
        while not self.options.address.answers(READY_PATH):
            code = process.ended()
            if code is not None:
                raise CannotStart(f"The web server did not start ({describe(code)}).\n{tail(web.log)}")
            if time.monotonic() > give_up_at:
                raise CannotStart(f"The web server does not get ready.\n{tail(web.log)}")
            tick()
            time.sleep(0.05)

    def _run(self, service: Service) -> str:
        return run_to_end(service, tell=self._tell, held=self._held)
