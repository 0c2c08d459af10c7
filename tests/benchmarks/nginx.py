"""nginx with static files: the measure of what this machine can send at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.benchmarks.stage import WORKERS, Stage
from vtn.launcher.process import Service
from vtn.launcher.web_address import WebAddress, free_port

_CONFIGURATION = """
daemon off;
{user}
worker_processes {workers};
pid {root}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 65;
    keepalive_requests 1000000000;
    default_type application/json;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root}/files;
        location /sink {{ return 204; }}
    }}
}}
"""
# It mostly lies where only root's PATH leads.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def start(stage: Stage, files: dict[str, bytes]) -> str:
    """Serves the files by their names; tells the root."""
    root = stage.home.path / "nginx"
    files_of(stage).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (files_of(stage) / name).write_bytes(content)
    address = WebAddress("127.0.0.1", free_port())
    configuration = _CONFIGURATION.format(
        # Workers of root's nginx would run as an account that cannot read a directory of root's.
        user="user root;" if os.geteuid() == 0 else "",
        workers=WORKERS,
        root=root,
        port=address.port,
    )
    (root / "nginx.conf").write_text(configuration, encoding="ascii")
    service = Service(
        name="nginx",
        command=[_nginx(), "-p", str(root), "-e", "stderr", "-c", str(root / "nginx.conf")],
        log=stage.home.logs / "nginx.log",
    )
    return stage.start(service, address, f"/{next(iter(files))}")


def sink(stage: Stage) -> str:
    """A URL that takes whatever it is sent. Starts nginx for it."""
    return f"{start(stage, {'ready': b''})}/sink"


def files_of(stage: Stage) -> Path:
    return stage.home.path / "nginx" / "files"


def is_installed() -> bool:
    return bool(_nginx())


def _nginx() -> str:
    return shutil.which("nginx", path=_PLACES) or ""
