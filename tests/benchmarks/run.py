"""All measurements in their order: the polls first, while the tables hold nothing else."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from tests.benchmarks import polls, report, scene, sizes, writes
from tests.benchmarks.report import Report
from tests.benchmarks.stage import Stage


def everything(stage: Stage, options: Namespace, *, tell: Callable[[str], None]) -> Report:
    found = Report(facts=report.machine())
    if {"polls", "writes"} & set(options.only):
        url = stage.start_web("/health/ready")
        acts = scene.set_up(url)
        if "polls" in options.only:
            asked = polls.questions(polls.start_servers(stage, url, acts), acts)
            polls.require_equal_answers(asked)
            found.paces = polls.measure(asked, seconds=options.seconds, repeats=options.repeats, tell=tell)
        if "writes" in options.only:
            tell(f"creating {options.writes:,} events, twice")
            found.over_http = writes.over_http(url, acts, options.writes)
            found.in_process = writes.in_process(acts, options.writes)
        found.worker_mb = writes.worker_memory_mb()
    if "sizes" in options.only:
        found.rows = options.small, options.rows
        found.pages = sizes.compare(options.small, options.rows, repeats=options.repeats, tell=tell)
    return found
