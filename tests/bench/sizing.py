"""How many students a server carries: the load benchmark at growing sizes, one fresh server each; for deploy/README.md.

A size is carried if nobody meets an error or misses a turn and 95 of 100 actions are answered within the load benchmark's goal.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.harness import describe
from tests.bench.load_report import GOALS

SIZES = (15, 30, 60, 120, 180)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if a size could not be measured, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench sizing", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=list(SIZES), help=f"(default: {' '.join(map(str, SIZES))})")
    parser.add_argument("--seconds", type=float, default=60, help="how long each class works (default: 60)")
    parser.add_argument("--settle", type=float, default=20, help="work that is not counted, before (default: 20 s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the reports there too")
    options = parser.parse_args(arguments)
    reports = []
    for sessions in options.sessions:
        report = _one(sessions, options)
        if report is None:
            return 1
        reports.append(report)
    print(table(reports))
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1, ensure_ascii=False) + "\n")
    return 0


def _one(sessions: int, options: argparse.Namespace) -> dict[str, Any] | None:
    """The load benchmark's report at one size; None, with what it said, if it wrote none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        size = (
            f"--sessions={sessions}",
            f"--seconds={options.seconds}",
            f"--settle={options.settle}",
            f"--json={file}",
            "--alone=0",
            "--grow=1",
        )
        done = subprocess.run([sys.executable, "-m", "tests.bench", "load", *size], capture_output=True, text=True)
        if not file.exists():
            print(f"{sessions} sessions could not be measured:\n{done.stdout}{done.stderr}", file=sys.stderr)
            return None
        return json.loads(file.read_text())


def carried(report: dict[str, Any]) -> bool:
    """Whether a server carries this class."""
    slow = report["latency_ms"]["p95"] is None or report["latency_ms"]["p95"] > GOALS["p95"]
    return not (slow or report["missed"] or report["errors"]["count"])


def table(reports: Sequence[dict[str, Any]]) -> str:
    """The reports as Markdown, the smallest class first."""
    lines = [
        "| students | median ms | 95th percentile ms | cores in use | students a core | memory at most, MB | carried |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for report in reports:
        latency, server = report["latency_ms"], report["server"]
        lines.append(
            f"| {report['sessions']} | {latency['p50']:.0f} | {latency['p95']:.0f} | {server['cores']:.2f} "
            f"| {report['sessions'] / max(server['cores'], 0.01):.0f} | {server['peak']['rss_mb']:.0f} "
            f"| {'yes' if carried(report) else 'no'} |"
        )
    first, last = reports[0], reports[-1]
    if last["sessions"] > first["sessions"]:
        grown = last["server"]["peak"]["rss_mb"] - first["server"]["peak"]["rss_mb"]
        each = grown / (last["sessions"] - first["sessions"])
        lines += ["", f"Memory at rest {first['server']['at_rest']['rss_mb']:.0f} MB; each further student {each:.1f} MB."]
    lines += ["", describe(last["machine"])]
    return "\n".join(lines)
