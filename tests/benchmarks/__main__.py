"""`python -m tests.benchmarks`: measures, prints a table and writes build/bench.json.

Slowness is no error; what is measured on a busy machine must not fail anybody's build.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# Before anything that reads the settings is imported: nothing of the caller's own system is touched.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from tests.benchmarks import nginx, stage, wrk
from vtn.launcher.errors import CannotStart

RESULT = Path("build/bench.json")
PARTS = (
    *("polls", "writes", "sizes", "reports", "fleet", "subscriptions"),
    *("deliveries", "mqtt", "timings", "tariffs"),
)


def main() -> int:
    options = _options()
    missing = [name for name, tool in (("wrk", wrk), ("nginx", nginx)) if not tool.is_installed()]
    if missing:
        print(
            f"This needs {' and '.join(missing)}: on Debian, apt install {' '.join(missing)}", file=sys.stderr
        )
        return 1
    try:
        with stage.stage() as ready:
            _measure(ready, options)
    except (CannotStart, wrk.Refused) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _measure(ready: stage.Stage, options: argparse.Namespace) -> None:
    # Models can be imported only now that the stage has set Django up.
    from tests.benchmarks import run

    report = run.everything(ready, options, tell=_tell)
    print(f"\n{report.text()}")
    report.write(RESULT)
    print(f"\nThe same as JSON: {RESULT}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="objects in the large tables")
    parser.add_argument("--small", type=int, default=10_000, help="objects in the small tables")
    parser.add_argument("--seconds", type=int, default=3, help="how long each way is asked, each time")
    parser.add_argument("--repeats", type=int, default=5, help="how often all ways are gone through")
    parser.add_argument("--writes", type=int, default=1_000, help="how many events are created")
    parser.add_argument("--vens", type=int, default=100_000, help="VENs among which a fleet polls")
    parser.add_argument("--subscribers", type=int, default=10_000, help="who are told of one change")
    parser.add_argument("--tariffs", type=int, default=10_000, help="that are published for a day")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="some parts of it")
    parser.add_argument("--quick", action="store_true", help="to see that it runs; the numbers mean nothing")
    options = parser.parse_args()
    if options.quick:
        options.rows, options.small, options.vens, options.writes = 20_000, 2_000, 2_000, 100
        options.seconds, options.repeats, options.subscribers, options.tariffs = 4, 1, 1_000, 200
    return options


def _tell(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
