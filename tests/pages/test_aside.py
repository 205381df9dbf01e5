"""Long computations stand back."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_native_id

import pytest

from pages.common import aside, host


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, get_native_id())


def test_the_result_comes_back():
    assert aside.computed(lambda: 6 * 7) == 42


def test_what_goes_wrong_is_raised_to_whoever_asked():
    with pytest.raises(ValueError, match="no such path"):
        aside.computed(lambda: int("no such path"))


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority of its own")
def test_it_gives_way_and_nobody_else_does():
    before = priority()
    assert aside.computed(priority) == min(19, before + host.PATIENCE) > before
    assert priority() == before


def test_no_more_run_at_once_than_leave_a_core_to_the_others(monkeypatch):
    running, most, go = [], [], Event()

    def work() -> None:
        running.append(1)
        most.append(len(running))
        go.wait(0.05)
        running.pop()

    cores = max(1, (os.cpu_count() or 1) - 1)
    with ThreadPoolExecutor(cores + 3) as visitors:
        for done in [visitors.submit(aside.computed, work) for _ in range(cores + 3)]:
            done.result()
    assert max(most) <= cores
