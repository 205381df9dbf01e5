"""What the benchmarks share: rounds that take turns, so that a noisy minute hits all alike, and the state of the machine."""

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import torch

QUIET = 0.05  # share of the cores that others may use in a run that is still called quiet


@dataclass(frozen=True)
class Rates:
    """What one contender did in each round, in its own unit per second."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def over(self, other: "Rates") -> float:
        """The median, over rounds, of this rate divided by the other's in the same round."""
        return median(a / b for a, b in zip(self.rounds, other.rounds, strict=True))

    def json(self) -> dict[str, Any]:
        return {"median": self.median, "min": min(self.rounds), "max": max(self.rounds), "rounds": list(self.rounds)}


def take_turns(
    contenders: dict[str, Iterator[float]], seconds: float, rounds: int, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Rates]:
    """Run A B C A B C ...: each contender for `seconds` in every round.

    A contender is an endless iterator that yields how many units (images, operations) its last step has done. Each is run for a
    moment before the first round, uncounted.
    """
    for name, steps in contenders.items():
        tell(f"warming up: {name}")
        rate(steps, min(seconds, 0.3))
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, steps in contenders.items():
            tell(f"round {number + 1} of {rounds}: {name}")
            found[name].append(rate(steps, seconds))
    return {name: Rates(tuple(values)) for name, values in found.items()}


def rate(steps: Iterator[float], seconds: float) -> float:
    """Units per second of an endless iterator over at least `seconds`, and at least one step."""
    done, started = 0.0, perf_counter()
    while True:
        done += next(steps)
        spent = perf_counter() - started
        if spent >= seconds:
            return done / spent


def speed() -> float:
    """How long this machine takes for a fixed piece of work, in milliseconds: the median of five times.

    Half of it is Python and half are small matrix products in one thread, as in a visitor's action, so that figures of two
    machines can be compared.
    """
    threads, generator = torch.get_num_threads(), torch.Generator().manual_seed(0)
    torch.set_num_threads(1)
    matrix, times = torch.randn(256, 256, generator=generator), []
    for _ in range(5):
        begun = perf_counter()
        words = {f"{number}": number for number in range(60_000)}
        sorted(words, key=words.get, reverse=True)
        for _ in range(60):
            matrix @ matrix
        times.append(perf_counter() - begun)
    torch.set_num_threads(threads)
    return 1e3 * median(times)


class Machine:
    """Notes the machine's state when built, and how busy other processes kept it since when asked."""

    def __init__(self) -> None:
        self.cores = os.cpu_count() or 1
        self.load_before = _load()
        self.speed = speed()
        self._began, self._own, self._busy = perf_counter(), process_time(), _busy_seconds()

    def json(self, helpers: float = 0.0) -> dict[str, Any]:
        """Facts of the run; "others" is the share of all cores that other processes (or other guests) took, None if unknown.

        `helpers` are the processor seconds of processes that belong to the run.
        """
        others = None
        if self._busy is not None and (busy := _busy_seconds()) is not None:
            spent = max(perf_counter() - self._began, 1e-9)
            others = max(0.0, (busy - self._busy) - (process_time() - self._own) - helpers) / (self.cores * spent)
        quiet = others < QUIET if others is not None else self.load_before is not None and self.load_before < QUIET * self.cores
        return {
            "processor": _processor(),
            "cores": self.cores,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "speed_ms": round(self.speed, 1),
            "load_before": self.load_before,
            "load_after": _load(),
            "others": others,
            "quiet": quiet,
        }


def describe(machine: dict[str, Any]) -> str:
    """The facts of `Machine.json` as three lines of text."""
    before, after = (
        "unknown" if value is None else f"{value:.2f}" for value in (machine["load_before"], machine["load_after"])
    )
    used = "" if machine["others"] is None else f" Other processes used {machine['others']:.0%} of the cores during the run."
    verdict = "The machine was quiet." if machine["quiet"] else "The machine was NOT quiet: trust the ratios, not the rates."
    return "\n".join(
        [
            f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} used; torch {machine['torch']}, "
            f"Python {machine['python']}; a fixed piece of work took {machine['speed_ms']:.0f} ms",
            f"Load average over 1 minute: {before} before, {after} after.{used}",
            verdict,
        ]
    )


def _load() -> float | None:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _busy_seconds() -> float | None:
    """Seconds that all cores together have not been idle since the machine started; None where the system does not tell."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]  # user nice system idle iowait irq softirq steal
    except OSError:
        return None
    ticks = [int(field) for field in fields]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
