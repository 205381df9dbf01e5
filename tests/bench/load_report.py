"""What the load benchmark found: the log of each session, the numbers made of all of them, and the table."""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.harness import describe

GOALS = {"median": 100.0, "p95": 400.0, "p95 beside a training": 600.0, "first view p95": 4000.0, "memory": 350.0}
OVER_ALONE = 6.0  # times the median of one visitor alone: the 95th percentile of a class
GROWN = 2.0  # times the class's median: that of a class half as large again


@dataclass
class Log:
    """What one session saw, in seconds and bytes."""

    first: float | None = None
    latency: list[float] = field(default_factory=list)  # from the moment an action was due
    service: list[float] = field(default_factory=list)  # from the moment it was sent
    size: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    of: list[str] = field(default_factory=list)  # the page and the control of each action
    at: list[float] = field(default_factory=list)  # the moment each was sent
    late: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)


def report_of(
    options: argparse.Namespace,
    logs: Sequence[Log],
    exceptions: Sequence[str],
    spent: float,
    machine: dict[str, Any],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """All numbers of a run, as --json writes them; `facts` are those of the server."""
    latency = [x for log in logs for x in log.latency]
    sizes = [x for log in logs for x in log.size]
    errors = [e for log in logs for e in log.errors] + list(exceptions) + facts.get("training", {}).get("errors", [])
    if "server" in facts:
        facts["server"]["ms_per_action"] = _ratio(1e3 * facts["server"]["cores"] * spent, len(latency))
    if "server" in facts and "bare" in facts:
        facts["server"]["above_bare_mb"] = round(facts["server"]["peak"]["rss_mb"] - facts["bare"]["rss_mb"], 1)
    by: dict[str, list[float]] = {}
    for log in logs:
        for what, seconds in zip(log.of, log.service, strict=True):
            by.setdefault(what, []).append(seconds)
    every = [row for log in logs for row in zip(log.service, log.at, log.of, strict=True)]
    began = min((at for _, at, _ in every), default=0.0)
    worst = [
        {"ms": round(seconds * 1e3), "at_s": round(at - began, 1), "what": what}
        for seconds, at, what in sorted(every, reverse=True)[:40]
    ]
    return {
        "benchmark": "load",
        "sessions": options.sessions,
        "seconds": options.seconds,
        "period": options.period,
        "arrival": options.arrival,
        "with_training": options.with_training,
        "left_out": list(options.leave_out),
        "machine": machine,
        "first_ms": spread([log.first for log in logs if log.first is not None]),
        "actions": len(latency),
        "per_second": round(len(latency) / max(spent, 1e-9), 1),
        "latency_ms": spread(latency),
        "service_ms": spread([x for log in logs for x in log.service]),
        "late": sum(log.late for log in logs),
        "missed": sum(log.missed for log in logs),
        "kb_per_action": _ratio(sum(sizes), len(sizes) * 1024),
        "messages_per_action": _ratio(sum(x for log in logs for x in log.messages), len(latency)),
        **facts,
        "errors": {"count": len(errors), "first": errors[:5]},
        "worst": worst,
        "slowest": {
            what: {"n": len(xs), "p50": milliseconds(xs, 0.5), "p95": milliseconds(xs, 0.95)}
            for what, xs in sorted(by.items(), key=lambda item: -(milliseconds(item[1], 0.5) or 0))[:8]
        },
    }


def table(report: dict[str, Any]) -> str:
    """The report as Markdown, ready to be pasted, with the goals below it."""
    latency, first, server = report["latency_ms"], report["first_ms"], report.get("server")
    rows = [
        ("sessions, each acting every", f"{report['sessions']}, {report['period']:g} s"),
        ("actions (per second)", f"{report['actions']} ({report['per_second']:g})"),
        ("latency median / p95 / max", " / ".join(_words(latency[k]) for k in ("p50", "p95", "max"))),
        (
            f"first view median / p95, all arriving in {report['arrival']:g} s",
            " / ".join(_words(first[k]) for k in ("p50", "p95")),
        ),
        ("one visitor alone before them, median / p95", " / ".join(_words(report["alone_ms"][k]) for k in ("p50", "p95"))),
        (
            f"a class of {report['grown']['sessions']} after them, median / p95",
            " / ".join(_words(report["grown"]["latency_ms"][k]) for k in ("p50", "p95")),
        ),
        ("sent to the browser per action", f"{report['kb_per_action']} kB in {report['messages_per_action']} messages"),
        ("errors; actions missed", f"{report['errors']['count']}; {report['missed']}"),
    ]
    if server:
        rows += [
            ("server memory at rest / peak / at the end (RSS)", _memory(server, "rss_mb")),
            ("the same as PSS", _memory(server, "pss_mb")),
            ("a bare process with the same libraries (RSS)", f"{report['bare']['rss_mb']:.0f} MB"),
            ("peak above the bare process", f"{server['above_bare_mb']:.0f} MB"),
            ("its workers, at most", f"{server['workers_most']} processes, {server['workers_peak_mb']} MB"),
            ("processor", f"{server['cores']:.2f} cores, {server['ms_per_action']} ms an action"),
            ("from start to the first answer, and until warm", f"{report['start_s']:g} s, {report.get('warm_up_s', 0):g} s"),
        ]
    if report["with_training"]:
        rows.append(("trainings beside it", f"{report['training'].get('runs', 0)} begun"))
    lines = ["| load | |", "| --- | --- |", *(f"| {what} | {value} |" for what, value in rows), "", describe(report["machine"])]
    lines += [f"Left out, as they make their visitor wait by design: {', '.join(report['left_out'])}."]
    lines += ["", "Slowest by median (from sending to the complete answer):"]
    lines += [f"  {what}: {v['p50']} ms, p95 {v['p95']} ms, n={v['n']}" for what, v in report["slowest"].items()]
    lines += ["", *(f"{what}: {value} {'met' if met else 'NOT met'}" for what, value, met in goals(report))]
    lines += [f"error: {error}" for error in report["errors"]["first"]]
    lines += [f"in the server's log: {line}" for line in report.get("log", [])]
    return "\n".join(lines)


def goals(report: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """What was wanted, what was measured, and whether it is met; only what was measured is listed."""
    found = [("no error", str(report["errors"]["count"]), report["errors"]["count"] == 0)]

    def at_most(goal: str, value: float | None, unit: str) -> None:
        if value is not None:
            found.append((f"{goal}, at most {GOALS[goal]:g} {unit}", f"{value:g} {unit}", value <= GOALS[goal]))

    def times(goal: str, value: float | None, base: float | None, most: float) -> None:
        if value is not None and base:
            found.append((f"{goal}, at most {most:g} times", f"{value / base:.1f} times", value <= most * base))

    at_most("median", report["latency_ms"]["p50"], "ms")
    at_most("p95 beside a training" if report["with_training"] else "p95", report["latency_ms"]["p95"], "ms")
    times("p95 over the median of one alone", report["latency_ms"]["p95"], report["alone_ms"]["p50"], OVER_ALONE)
    times("median of the larger class", report["grown"]["latency_ms"]["p50"], report["latency_ms"]["p50"], GROWN)
    at_most("first view p95", report["first_ms"]["p95"], "ms")
    at_most("memory", report.get("server", {}).get("above_bare_mb"), "MB")
    return found


def milliseconds(values: Sequence[float], share: float) -> float | None:
    ordered = sorted(values)
    return round(ordered[min(len(ordered), max(1, math.ceil(share * len(ordered)))) - 1] * 1e3, 1) if ordered else None


def spread(values: Sequence[float]) -> dict[str, float | None]:
    return {"p50": milliseconds(values, 0.5), "p95": milliseconds(values, 0.95), "max": milliseconds(values, 1.0)}


def _memory(server: dict[str, Any], kind: str) -> str:
    return " / ".join(f"{server[when][kind] or 0:.0f}" for when in ("at_rest", "peak", "at_the_end")) + " MB"


def _ratio(a: float, b: float) -> float | None:
    return round(a / b, 1) if b else None


def _words(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
