"""How many polls a second each way of answering gives, all ways in turn and then again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.benchmarks import nginx, scene, wrk
from tests.benchmarks.baseline import login
from tests.benchmarks.scene import Scene
from tests.benchmarks.stage import Stage
from tests.benchmarks.wrk import Question, Run

_BASELINE = "tests.benchmarks.baseline.wsgi:application"
_BARE = "tests.benchmarks.bare:application"
_SIZES = ("1 event", "50 events")


@dataclass(frozen=True)
class Servers:
    """The roots of the five servers; all run at once, and only one of them is asked at a time."""

    kept: str
    missing: str
    plain: str
    static: str
    bare: str
    plain_token: str


@dataclass(frozen=True)
class Pace:
    """One way of answering, measured several times."""

    runs: tuple[Run, ...]
    answer_bytes: int

    @property
    def per_second(self) -> float:
        return median(run.per_second for run in self.runs)

    @property
    def slowest(self) -> float:
        return min(run.per_second for run in self.runs)

    @property
    def fastest(self) -> float:
        return max(run.per_second for run in self.runs)

    @property
    def p50_ms(self) -> float:
        return median(run.p50_ms for run in self.runs)

    @property
    def p99_ms(self) -> float:
        return median(run.p99_ms for run in self.runs)


def start_servers(stage: Stage, kept: str, acts: Scene) -> Servers:
    """`kept` is the root of the server as it is; the others are started beside it."""
    files = {
        "one": scene.get(kept + acts.object_path, acts.ven).read(),
        **{
            size.replace(" ", "-"): scene.get(kept + acts.list_path(program_id), acts.ven).read()
            for size, program_id in zip(_SIZES, (acts.few, acts.many), strict=True)
        },
    }
    static = nginx.start(stage, files)
    return Servers(
        kept=kept,
        missing=stage.start_web("/health/live", more={"KEEP_ANSWERS": "no"}),
        plain=stage.start_web("/health/live", application=_BASELINE),
        static=static,
        bare=stage.start_web("/one", application=_BARE, more={"BARE_FILES": str(nginx.files_of(stage))}),
        plain_token=login.make(stage.home),
    )


def questions(servers: Servers, acts: Scene) -> dict[str, Question]:
    """Every way of answering, by its name in the report. All are asked in the same words, nginx as well: a VEN sends
    its token to whoever answers."""
    ven = {"Authorization": f"Bearer {acts.ven}"}
    user = {"Authorization": f"Bearer {servers.plain_token}"}
    asked: dict[str, Question] = {}
    for size, program_id in zip(_SIZES, (acts.few, acts.many), strict=True):
        path = acts.list_path(program_id)
        etag = scene.get(servers.kept + path, acts.ven).headers["ETag"]
        asked |= {
            f"nginx, {size}": Question(f"{servers.static}/{size.replace(' ', '-')}", ven),
            f"bare WSGI, {size}": Question(f"{servers.bare}/{size.replace(' ', '-')}", ven),
            f"kept, {size}": Question(servers.kept + path, ven),
            f"kept br, {size}": Question(servers.kept + path, {**ven, "Accept-Encoding": "br"}),
            f"304, {size}": Question(servers.kept + path, {**ven, "If-None-Match": etag}),
            f"miss, token kept, {size}": Question(servers.kept + path, ven, unlike=True),
            f"miss, {size}": Question(servers.missing + path, ven),
            f"plain DRF, {size}": Question(f"{servers.plain}/events?programID={program_id}", user),
        }
    return asked | {
        "nginx, one object": Question(f"{servers.static}/one", ven),
        "kept, one object": Question(servers.kept + acts.object_path, ven),
        "miss, one object": Question(servers.missing + acts.object_path, ven),
        "plain DRF, one object": Question(f"{servers.plain}/events/{acts.event_id}", user),
    }


def require_equal_answers(asked: dict[str, Question]) -> None:
    """Raises `Refused` when two ways do not answer the same: their speeds could not be compared."""
    for subject in (*_SIZES, "one object"):
        of_subject = {
            name: question
            for name, question in asked.items()
            if name.endswith(subject) and not name.startswith(("304", "kept br"))
        }
        answers = {name: json.loads(_answer(question)) for name, question in of_subject.items()}
        expected = answers[f"nginx, {subject}"]
        for name, answer in answers.items():
            if answer != expected:
                raise wrk.Refused(f"{name}: the answer differs from that of nginx, {subject}")


def measure(
    asked: dict[str, Question], *, seconds: float, repeats: int, tell: Callable[[str], None]
) -> dict[str, Pace]:
    runs: dict[str, list[Run]] = {name: [] for name in asked}
    for repeat in range(repeats):
        for name, question in asked.items():
            tell(f"round {repeat + 1} of {repeats}: {name}")
            wrk.ask(question, seconds=1)  # to warm up
            runs[name].append(wrk.ask(question, seconds=seconds))
    _require_some(runs)
    return {
        name: Pace(tuple(runs[name]), 0 if name.startswith("304") else len(_answer(question)))
        for name, question in asked.items()
    }


def _require_some(runs: dict[str, list[Run]]) -> None:
    for name, measured in runs.items():
        if not all(run.per_second for run in measured):
            raise wrk.Refused(f"{name}: not one answer in the time there was; give it more --seconds")


def _answer(question: Question) -> bytes:
    bearer = question.headers.get("Authorization", "").removeprefix("Bearer ")
    more = {name: value for name, value in question.headers.items() if name == "Accept-Encoding"}
    return scene.get(question.url, bearer, **more).read()
