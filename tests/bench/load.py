"""A class at work: N real Streamlit sessions over the app's own websocket protocol, walking over all pages and controls.

Every session acts every `--period` seconds on average, at random moments; if an answer is late the next action is late too, and
its latency counts from the moment it was due, so that a slow server cannot hide behind waiting visitors. With --arrival all
sessions come within that many seconds and the first view is measured. No browser is involved: what is measured is the server.
Before them one visitor alone does such actions, and after them a larger class: how much slower is it, on this very machine?
"""

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.bench.footprint import Watch, bare, memory
from tests.bench.harness import Machine
from tests.bench.load_report import Log, report_of, spread, table
from tests.bench.visitor import VisitError, Visitor
from tests.serving import Server

PAGE_SHARE = 0.15  # of the actions that go to another page
LEAVE_OUT = ("train-start", "map-perplexity", "map-seed")  # make their visitor wait by design, in a process of their own
TRAIN, START, SECONDS = "train", "train-start", "train-seconds"
TRAINING_SECONDS = 60.0


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if there was an error, else 0."""
    options = _parser().parse_args(arguments)
    options.leave_out = options.leave_out or list(LEAVE_OUT)
    report = asyncio.run(_measure(options))
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 1 if report["errors"]["count"] or report.get("log") else 0


async def _measure(options: argparse.Namespace) -> dict[str, Any]:
    if options.url:
        return await _load(options, options.url, None, {})
    facts = {"bare": (await asyncio.to_thread(bare)).json()}  # before there is a server to share pages with
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with await asyncio.to_thread(Server, Path(folder) / "log.txt", Path(folder)) as server:
            facts["start_s"] = round(time.perf_counter() - begun, 1)
            report = await _load(options, server.url, server.process.pid, facts)
            report["log"] = server.complaints()
    return report


async def _load(options: argparse.Namespace, url: str, pid: int | None, facts: dict[str, Any]) -> dict[str, Any]:
    """Let the class in, let it work, and put the numbers together."""
    watch = Watch(pid) if pid else None
    logs = [Log() for _ in range(options.sessions)]
    visitors = [Visitor(url, options.seed + i, options.timeout) for i in range(options.sessions)]
    if watch and not options.cold:
        facts["warm_up_s"] = round(await watch.until_idle(), 1)
        watch.at_rest = memory(psutil.Process(pid))
    following = asyncio.create_task(watch.follow()) if watch else None
    trainer = Trainer(Visitor(url, options.seed - 1, options.timeout)) if options.with_training else None
    if trainer:
        await trainer.begin()
    machine, helpers = Machine(), 0.0
    alone = await _alone(url, options)
    begun = time.perf_counter()
    await asyncio.gather(*(_arrive(v, log, i, options) for i, (v, log) in enumerate(zip(visitors, logs, strict=True))))
    facts["arrived_s"] = round(time.perf_counter() - begun, 1)
    inside = [(v, log) for v, log in zip(visitors, logs, strict=True) if log.first is not None]
    if options.settle:
        unsettled = [Log() for _ in inside]
        end = time.perf_counter() + options.settle
        await asyncio.gather(*(_work(v, log, end, options) for (v, _), log in zip(inside, unsettled, strict=True)))
        for (_, log), before in zip(inside, unsettled, strict=True):
            log.errors += before.errors
    if watch:
        watch.reset()
    begun = time.perf_counter()
    await asyncio.gather(*(_work(v, log, begun + options.seconds, options) for v, log in inside))
    spent = time.perf_counter() - begun
    if watch:
        watch.look()
        following.cancel()
        facts["server"] = watch.json()
    grown = await _grown(url, [visitor for visitor, _ in inside], options)
    if watch:
        helpers = watch.seconds()
    if trainer:
        facts["training"] = await trainer.end()
    await asyncio.gather(*(visitor.__aexit__() for visitor, _ in inside))
    facts |= {"alone_ms": spread(alone.service), "grown": {"sessions": grown.sessions, "latency_ms": spread(grown.latency)}}
    logs[0].errors += [*alone.errors, *grown.errors]
    return report_of(options, logs, [e for v in visitors for e in v.exceptions], spent, machine.json(helpers), facts)


async def _alone(url: str, options: argparse.Namespace) -> Log:
    """One visitor with nobody beside, who does as the first of the class will do, one action after the other."""
    log = Log()
    if options.alone:
        async with Visitor(url, options.seed, options.timeout) as visitor:
            await visitor.go(options.page)
            for _ in range(options.alone):
                what, act = _choose(visitor, options.leave_out)
                begun = time.perf_counter()
                try:
                    await act()
                except VisitError as error:
                    log.errors.append(f"alone: {what}: {error}")
                    break
                log.service.append(time.perf_counter() - begun)
    return log


@dataclass
class Grown:
    """What a larger class saw, of which the first one is a part."""

    sessions: int
    latency: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def _grown(url: str, inside: list[Visitor], options: argparse.Namespace) -> Grown:
    """More visitors come, and all of them work on."""
    if options.grow <= 1:
        return Grown(len(inside))
    more = round((options.grow - 1) * options.sessions)
    new = [Visitor(url, options.seed + options.sessions + i, options.timeout) for i in range(more)]
    arrivals = [Log() for _ in new]
    await asyncio.gather(*(_arrive(v, log, i, options) for i, (v, log) in enumerate(zip(new, arrivals, strict=True))))
    working = inside + [v for v, log in zip(new, arrivals, strict=True) if log.first is not None]
    logs = [Log() for _ in working]
    end = time.perf_counter() + options.seconds
    await asyncio.gather(*(_work(v, log, end, options) for v, log in zip(working, logs, strict=True)))
    await asyncio.gather(*(visitor.__aexit__() for visitor in working[len(inside) :]))
    return Grown(len(working), [x for log in logs for x in log.latency], [e for log in [*arrivals, *logs] for e in log.errors])


async def _arrive(visitor: Visitor, log: Log, number: int, options: argparse.Namespace) -> None:
    """One session opens the link at its moment of the arrival; with `--files` it also fetches what a new browser fetches."""
    await asyncio.sleep(random.Random(options.seed - 1 - number).random() * options.arrival)
    begun = time.perf_counter()
    try:
        if options.files:
            await asyncio.to_thread(_fetch_files, visitor.url)
        await visitor.__aenter__()
        await visitor.go(options.page)
        log.first = time.perf_counter() - begun
    except (VisitError, OSError) as error:
        log.errors.append(f"arriving: {type(error).__name__}: {error}")


async def _work(visitor: Visitor, log: Log, end: float, options: argparse.Namespace) -> None:
    """Act at random moments until the end; a backlog that is left then is counted as missed."""
    due = time.perf_counter() + visitor.rng.random() * options.period
    while due < end and time.perf_counter() < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        what, act = _choose(visitor, options.leave_out)
        sent, before, told = time.perf_counter(), visitor.received, visitor.messages
        log.late += sent - due > 0.05
        try:
            await act()
        except (VisitError, OSError) as error:
            log.errors.append(f"{what}: {error}")
            return
        done = time.perf_counter()
        log.latency.append(done - due), log.service.append(done - sent)
        log.size.append(visitor.received - before), log.of.append(what), log.at.append(sent)
        log.messages.append(visitor.messages - told)
        due += options.period * visitor.rng.uniform(0.8, 1.2)
    log.missed = max(0, int((end - due) / options.period))


def _choose(visitor: Visitor, leave_out: Sequence[str]) -> tuple[str, Any]:
    """Another page now and then, otherwise one of the page's controls at a value of its own; the page again if it has none."""
    others = [page for page in visitor.pages if page != visitor.page]
    if others and visitor.rng.random() < PAGE_SHARE:
        page = visitor.rng.choice(others)
        return f"{page or 'start'}: open", partial(visitor.go, page)
    found = list(visitor.controls.values())
    visitor.rng.shuffle(found)
    for control in found:
        if control.key not in leave_out and (value := control.value(visitor.rng)) is not None:
            return f"{visitor.page or 'start'}: {control.key}", partial(visitor.set, control, *value)
    return f"{visitor.page or 'start'}: again", visitor.rerun


class Trainer:
    """One more session, which trains on the page run after run and watches as a browser does; its latencies do not count."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor, self._runs, self._errors = visitor, 0, []

    async def begin(self) -> None:
        """Start the first run and wait until its process reports: it imports PyTorch first."""
        await self._visitor.__aenter__()
        await self._visitor.go(TRAIN, {SECONDS: [f"{TRAINING_SECONDS:g}"]})
        self._task = asyncio.create_task(self._train())
        end = time.perf_counter() + 60
        while not any("s left" in text for text in self._visitor.texts) and time.perf_counter() < end:
            await asyncio.sleep(0.1)

    async def end(self) -> dict[str, Any]:
        """Leave, as a closed tab does: the run ends with it. Returns what there was."""
        self._task.cancel()
        await self._visitor.__aexit__()
        return {"runs": self._runs, "errors": [*self._errors, *self._visitor.exceptions][:5]}

    async def _train(self) -> None:
        while True:
            start = next((c for c in self._visitor.controls.values() if c.key == START), None)
            if start is not None:
                try:
                    await self._visitor.set(start, *start.value(self._visitor.rng))
                    self._runs += 1
                except VisitError as error:
                    self._errors.append(str(error))
            await asyncio.sleep(1)


def _fetch_files(url: str) -> int:
    """The first page and the scripts and styles it names, compressed, as a browser with an empty cache; returns the bytes."""
    headers = {"Accept-Encoding": "gzip"}
    page = urllib.request.urlopen(urllib.request.Request(url, headers={}), timeout=60).read()
    size = len(page)
    for name in set(re.findall(rb'(?:src|href)="\.?(/static/[^"]+\.(?:js|css))"', page)):
        request = urllib.request.Request(url + name.decode(), headers=headers)
        size += len(urllib.request.urlopen(request, timeout=60).read())
    return size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench load", description=__doc__)
    parser.add_argument("--sessions", type=_whole, default=60, help="visitors at once (default: 60)")
    parser.add_argument("--seconds", type=float, default=60, help="how long they work (default: 60; 0 for the arrival alone)")
    parser.add_argument("--period", type=float, default=5, help="seconds between a session's actions (default: 5)")
    parser.add_argument("--arrival", type=float, default=10, help="all arrive within these seconds (default: 10)")
    parser.add_argument("--settle", type=float, default=10, help="work that is not counted, before (default: 10 s)")
    one = "actions of one visitor alone, before the class comes (default: 150; 0 for none)"
    parser.add_argument("--alone", type=int, default=150, metavar="N", help=one)
    larger = "afterwards a class so many times as large (default: 1.5; 1 for none)"
    parser.add_argument("--grow", type=float, default=1.5, metavar="TIMES", help=larger)
    parser.add_argument("--page", default="", help="the address they arrive at (default: the first page)")
    parser.add_argument("--with-training", action="store_true", help="one more session trains on the page all the while")
    parser.add_argument("--files", action="store_true", help="arriving sessions also fetch the browser's scripts and styles")
    touched = f"a control that is not touched; may be repeated (default: {', '.join(LEAVE_OUT)})"
    parser.add_argument("--leave-out", action="append", metavar="KEY", help=touched)
    parser.add_argument("--timeout", type=float, default=60, help="seconds until an answer is given up (default: 60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cold", action="store_true", help="let them in while the server is still warming up")
    parser.add_argument("--url", help="measure a server that is running already, without its memory")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    return parser


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number, at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
