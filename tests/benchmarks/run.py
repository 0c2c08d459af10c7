"""All measurements in their order: the polls first, while the tables hold nothing else."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from tests.benchmarks import (
    deliveries,
    fleet,
    fleet_sizes,
    mirror_sizes,
    mqtt,
    polls,
    report,
    report_sizes,
    reports,
    scene,
    sizes,
    subscription_sizes,
    tariffs,
    timings,
    writes,
)
from tests.benchmarks.report import Report
from tests.benchmarks.stage import Stage


def everything(stage: Stage, options: Namespace, *, tell: Callable[[str], None]) -> Report:
    found = Report(facts=report.machine())
    if {"polls", "writes", "reports"} & set(options.only):
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
        if "reports" in options.only:
            tell(f"creating {options.writes:,} reports, twice")
            found.report_over_http = reports.over_http(url, acts, options.writes)
            found.report_in_process = reports.in_process(acts, options.writes)
        found.worker_mb = writes.worker_memory_mb()
    if "timings" in options.only:
        found.timings = timings.measure(min(options.rows, 100_000), repeats=options.repeats, tell=tell)
    if "deliveries" in options.only:
        found.told = deliveries.measure(stage, options, tell)
    if "mqtt" in options.only:
        found.copies = mqtt.measure(options.subscribers, repeats=options.repeats, tell=tell)
    if "fleet" in options.only:
        found.vens = options.vens
        found.fleet = fleet.measure(stage, options, tell)
    if "sizes" in options.only:
        found.rows = options.small, options.rows
        found.pages = sizes.compare(options.small, options.rows, repeats=options.repeats, tell=tell)
    if "reports" in options.only:
        found.rows = options.small, options.rows
        found.report_pages = report_sizes.compare(
            options.small, options.rows, repeats=options.repeats, tell=tell
        )
    if "fleet" in options.only:
        found.rows = options.small, options.rows
        found.fleet_pages = [
            *fleet_sizes.compare_fleets(options.small, options.rows, repeats=options.repeats, tell=tell),
            *mirror_sizes.compare_events(options.small, options.rows, repeats=options.repeats, tell=tell),
        ]
    if "subscriptions" in options.only:
        found.rows = options.small, options.rows
        found.subscription_pages = subscription_sizes.compare(
            options.small, options.rows, repeats=options.repeats, tell=tell
        )
    if "tariffs" in options.only:
        # Last, because of what it leaves to be told.
        tell(f"publishing a day of {options.tariffs:,} tariffs")
        found.published = tariffs.measure(stage, options.tariffs)
    return found
