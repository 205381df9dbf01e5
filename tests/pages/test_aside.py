"""Long computations stand back."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_native_id

import pytest

from pages.common import aside, host
from pages.common.lanes import LANES
from tests.pages.told import until


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, get_native_id())


def test_the_result_comes_back():
    assert aside.computed("product", lambda: 6 * 7) == 42


def test_what_goes_wrong_is_raised_to_whoever_asked():
    with pytest.raises(ValueError, match="no such path"):
        aside.computed("path", lambda: int("no such path"))
    assert aside.computed("path", lambda: 7) == 7  # nothing is kept of what went wrong


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority of its own")
def test_it_gives_way_and_nobody_else_does():
    before = priority()
    assert aside.computed("priority", priority) == min(19, before + host.PATIENCE) > before
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
        for done in [visitors.submit(aside.computed, number, work) for number in range(cores + 3)]:
            done.result()
    assert max(most) <= cores


class GoneError(Exception):
    """What Streamlit raises in a run whose visitor has asked for something else, or has left."""


def test_whoever_stops_waiting_is_free_at_once_and_finds_the_work_half_done_the_next_time():
    go, done = Event(), []

    def work() -> int:
        go.wait()
        done.append(1)
        return 42

    def leave() -> None:
        raise GoneError

    with pytest.raises(GoneError):
        aside.computed("slow", work, leave)
    assert not done
    go.set()
    assert aside.computed("slow", work) == 42
    assert done == [1]
    assert "slow" not in aside._begun


def test_work_that_has_not_begun_is_not_begun_for_somebody_who_has_left():
    go, done = Event(), []

    def leave() -> None:
        raise GoneError

    cores = max(1, (os.cpu_count() or 1) - 1)
    with ThreadPoolExecutor(cores) as visitors:
        busy = [visitors.submit(aside.computed, ("busy", number), go.wait) for number in range(cores)]
        until(lambda: sum(begun.future.running() for begun in aside._begun.values()) == cores)
        with pytest.raises(GoneError):
            aside.computed("unwanted", lambda: done.append(1), leave)
        go.set()
        assert [future.result() for future in busy] == [True] * cores
    assert not done
    assert not aside._begun


def test_who_waits_takes_no_place_from_runs_that_compute():
    with LANES.place("visitor"):
        assert aside.computed("places", lambda: len(LANES._running)) == 0
        assert len(LANES._running) == 1
