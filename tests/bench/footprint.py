"""What a server costs: its memory and processor time, and what a bare process with the same libraries takes."""

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import psutil

MB = 2**20
_BARE = "import altair, streamlit, torch; print('ready', flush=True); input()"


@dataclass(frozen=True)
class Memory:
    """Of one process, in bytes. Shared pages count in full in rss, and divided by their users in pss (None if unknown)."""

    rss: int
    pss: int | None

    def json(self) -> dict[str, float | None]:
        return {"rss_mb": round(self.rss / MB, 1), "pss_mb": None if self.pss is None else round(self.pss / MB, 1)}


def memory(process: psutil.Process) -> Memory:
    return Memory(process.memory_info().rss, getattr(process.memory_full_info(), "pss", None))


def bare() -> Memory:
    """Of a process that has imported PyTorch, Streamlit and Altair and done nothing."""
    with subprocess.Popen([sys.executable, "-c", _BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        found = memory(psutil.Process(process.pid))
        process.communicate("\n")
    return found


class Watch:
    """Follows a server and its workers every half second: the peaks of their memory, the cores in use."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)
        self.at_rest = memory(self._server)
        self.peak, self.workers_peak, self.workers_most = self.at_rest, 0, 0
        self._cpu: dict[int, float] = {}
        self.first = self._spent()
        self._begun, self._before = time.perf_counter(), self._spent()

    async def until_idle(self, patience: float = 180.0) -> float:
        """Wait until the server does nothing by itself any more, as after its warm-up; returns the seconds that took."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < patience:
            before = self._spent()
            await asyncio.sleep(2)
            if self._spent() - before < 0.1:
                break
        return time.perf_counter() - begun

    def look(self) -> None:
        now = memory(self._server)
        if now.rss > self.peak.rss:
            self.peak = now
        workers = 0
        found = self._server.children(recursive=True)
        for child in found:
            try:
                workers += child.memory_info().rss
            except psutil.Error:
                continue
        self.workers_peak, self.workers_most = max(self.workers_peak, workers), max(self.workers_most, len(found))
        self._spent()

    def reset(self) -> None:
        """Count processor time from here on."""
        self._begun, self._before = time.perf_counter(), self._spent()

    def cores(self) -> float:
        """Processor seconds per second since `reset`, of the server and its workers."""
        return (self._spent() - self._before) / max(1e-9, time.perf_counter() - self._begun)

    def json(self) -> dict[str, Any]:
        """Everything so far."""
        return {
            "at_rest": self.at_rest.json(),
            "peak": self.peak.json(),
            "at_the_end": memory(self._server).json(),
            "cores": round(self.cores(), 2),
            "workers_peak_mb": round(self.workers_peak / MB),
            "workers_most": self.workers_most,
        }

    async def follow(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(0.5)

    def seconds(self) -> float:
        """Processor seconds since the watch began, of the server and its workers."""
        return self._spent() - self.first

    def _spent(self) -> float:
        for process in [self._server, *self._server.children(recursive=True)]:
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            self._cpu[process.pid] = times.user + times.system  # one that has ended keeps its last value
        return sum(self._cpu.values())
