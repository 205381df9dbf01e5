"""Server time of every page and of every control on it: one visitor, one real server, medians after a warm-up.

Pages, controls and the values that they can have are read off what the server sends. A control that another brings forth, such
as a tab, is measured in the view in which it was first seen. Times are from sending a change to the end of the answer.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.controls import Control
from tests.bench.footprint import Watch
from tests.bench.harness import Machine, describe
from tests.bench.load import LEAVE_OUT
from tests.bench.visitor import VisitError, Visitor
from tests.serving import Server

LIMIT = 150.0  # milliseconds that a control may take
View = dict[str, list[str]]


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if a page showed an exception, else 0."""
    options = _parser().parse_args(arguments)
    options.leave_out = options.leave_out or list(LEAVE_OUT)
    report = asyncio.run(_measure(options))
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 1 if report["exceptions"] else 0


async def _measure(options: argparse.Namespace) -> dict[str, Any]:
    machine, helpers = Machine(), 0.0
    if options.url:
        rows, exceptions = await _all_pages(options.url, options)
    else:
        with (
            tempfile.TemporaryDirectory() as folder,
            await asyncio.to_thread(Server, Path(folder) / "log.txt", Path(folder)) as server,
        ):
            watch = Watch(server.process.pid)
            await watch.until_idle()
            rows, exceptions = await _all_pages(server.url, options)
            helpers = watch.seconds()
            exceptions += server.complaints()
    return {
        "benchmark": "pages",
        "times": options.times,
        "left_out": list(options.leave_out),
        "machine": machine.json(helpers),
        "rows": rows,
        "exceptions": exceptions[:10],
    }


async def _all_pages(url: str, options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    rows, exceptions = [], []
    async with Visitor(url) as visitor:
        await visitor.go("")
        pages = [page for page in visitor.pages if not options.page or (page or "start") in options.page]
    for page in pages:
        rows.append(await _open(url, page, options))
        found, said = await _controls(url, page, options)
        rows += found
        exceptions += said
    return rows, exceptions


async def _open(url: str, page: str, options: argparse.Namespace) -> dict[str, Any]:
    """A page as a new visitor finds it, after it has been opened once."""
    times, sizes = [], []
    for number in range(options.times + 1):
        async with Visitor(url) as visitor:
            times.append(await visitor.go(page))
            sizes.append(visitor.received)
        if number == 0:
            first = times.pop()
            sizes.pop()
    return _row(page, "open", "page", times, sizes) | {"first_ms": round(first * 1e3, 1)}


async def _controls(url: str, page: str, options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """Every control of a page, in the view in which it was first seen; and what the page said went wrong."""
    async with Visitor(url) as visitor:
        await visitor.go(page)
        pending: deque[tuple[str, View]] = deque((name, {}) for name in _names(visitor))
    known, rows, exceptions = {name for name, _ in pending}, [], []
    while pending:
        name, view = pending.popleft()
        if any(name.endswith(key) for key in options.leave_out):
            continue
        async with Visitor(url, seed=len(rows)) as visitor:
            await visitor.go(page, view)
            times, sizes = [], []
            try:
                for number in range(options.times + options.warm_up):
                    control = _named(visitor, name)
                    value = control.value(visitor.rng) if control else None
                    if value is None:
                        break
                    before = visitor.received
                    spent = await visitor.set(control, *value)
                    if number >= options.warm_up:
                        times.append(spent), sizes.append(visitor.received - before)
                    for new in _names(visitor):
                        if new not in known:
                            known.add(new)
                            pending.append((new, {key: list(words) for key, words in visitor.params.items()}))
            except VisitError as error:
                exceptions.append(f"{page or 'start'}: {name}: {error}")
            exceptions += visitor.exceptions
            if times:
                rows.append(_row(page, name.partition(" ")[2], name.partition(" ")[0], times, sizes))
    return rows, exceptions


def _names(visitor: Visitor) -> list[str]:
    return [_name(control) for control in visitor.controls.values() if control.key]


def _name(control: Control) -> str:
    return f"{control.kind} {control.key}"


def _named(visitor: Visitor, name: str) -> Control | None:
    return next((control for control in visitor.controls.values() if _name(control) == name), None)


def _row(page: str, what: str, kind: str, times: Sequence[float], sizes: Sequence[int]) -> dict[str, Any]:
    return {
        "page": page or "start",
        "control": what,
        "kind": kind,
        "median_ms": round(median(times) * 1e3, 1),
        "max_ms": round(max(times) * 1e3, 1),
        "kb": round(median(sizes) / 1024, 1),
        "times": len(times),
    }


def table(report: dict[str, Any]) -> str:
    """The report as Markdown; a control over the limit is marked."""
    lines = ["| page | control | median ms | max ms | kB | |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for row in report["rows"]:
        note = f"first visit {row['first_ms']:.0f} ms" if "first_ms" in row else row["kind"].replace("_", " ")
        over = " **over**" if row["kind"] != "page" and row["median_ms"] > LIMIT else ""
        times = f"{row['median_ms']:.0f}{over} | {row['max_ms']:.0f}"
        lines.append(f"| {row['page']} | {row['control']} | {times} | {row['kb']:.1f} | {note} |")
    lines += ["", f"{report['times']} times each. Left out: {', '.join(report['left_out'])}.", describe(report["machine"])]
    lines += [f"exception: {said}" for said in report["exceptions"]]
    slow = [row for row in report["rows"] if row["kind"] != "page" and row["median_ms"] > LIMIT]
    lines.append(f"{len(slow)} of {sum(row['kind'] != 'page' for row in report['rows'])} controls take over {LIMIT:g} ms.")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages", description=__doc__)
    parser.add_argument("--times", type=_whole, default=7, help="changes of each control that count (default: 7)")
    parser.add_argument("--warm-up", type=_whole, default=3, help="changes before, which do not (default: 3)")
    parser.add_argument("--page", action="append", metavar="PAGE", help="only this page; may be repeated")
    left_out = f"a control that is not touched; may be repeated (default: {', '.join(LEAVE_OUT)})"
    parser.add_argument("--leave-out", action="append", metavar="KEY", help=left_out)
    parser.add_argument("--url", help="measure a server that is running already")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    return parser


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number, at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
