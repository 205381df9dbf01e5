"""Jobs of minutes on several processes of one thread each, with one bar for how far all of them are."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import torch
from tqdm import tqdm

Job = Callable[[str, Path, Any], Any]  # takes a name, a folder, and a queue that it puts (name, share done) into


def run(
    what: str, job: Job, costs: Mapping[str, float], jobs: int, folder: Path, finished: Callable[[str, Any], object]
) -> None:
    """Do the job for each name in `costs`, at most `jobs` at once; `finished` gets each result as it comes.

    The costs, in any one unit, say how much of the bar each job is. If jobs fail the others are still done, then the first
    exception is raised; a signal that interrupts this process ends the others too.
    """
    if not costs:
        return
    context = multiprocessing.get_context("spawn")
    with _without_interrupts():
        messenger = context.Manager()
    with messenger as manager:
        events, done = manager.Queue(), dict.fromkeys(costs, 0.0)
        bar = tqdm(
            total=100, desc=what, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed} spent, {remaining} left {postfix}"
        )
        with ProcessPoolExecutor(min(jobs, len(costs)), mp_context=context, initializer=_worker) as pool:
            try:
                with _without_interrupts():
                    running = {pool.submit(job, name, folder, events): name for name in costs}
                for future in _as_they_come(running, events, done, bar, costs):
                    if future.exception() is None:
                        finished(running[future], future.result())
                        bar.write(f"{what} {running[future]}: done")
                failed = [future for future in running if future.exception() is not None]
                if failed:  # only now: what the others have done is kept
                    raise failed[0].exception()
            except BaseException:
                processes = list((pool._processes or {}).values())  # a pool that is shut down knows them no more
                pool.shutdown(wait=False, cancel_futures=True)
                for process in processes:
                    process.terminate()
                raise
        bar.close()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C, not even while they import: it is the parent's to handle."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _as_they_come(
    running: Mapping[Any, str], events: Any, done: dict[str, float], bar: tqdm, costs: Mapping[str, float]
) -> Iterable[Any]:
    waiting, total = set(running), sum(costs.values())
    while waiting:
        for future in [future for future in waiting if future.done()]:
            waiting.discard(future)
            done[running[future]] = 1.0
            yield future
        try:
            name, progress = events.get(timeout=0.5)
            done[name] = max(done[name], progress)
        except Empty:
            pass
        bar.n = round(100 * sum(done[name] * costs[name] for name in done) / total, 2)
        bar.set_postfix_str(", ".join(name for name in done if 0 < done[name] < 1))


def _worker() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # vanishing activations otherwise slow convolutions tenfold
