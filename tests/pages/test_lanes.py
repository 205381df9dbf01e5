"""Runs take a place before they compute: few at once, short before long, nobody for ever last."""

import threading
import time
from collections.abc import Callable, Hashable

import pytest

from pages.common import lanes
from pages.common.lanes import LONG, MOST, Lanes
from tests.pages.told import until


class Visitor:
    """A run in a thread of its own, which holds its place until it is told to end."""

    def __init__(self, place: Lanes, kind: Hashable, log: list[Hashable], work: Callable[[], object] = lambda: None) -> None:
        self.began, self.end, self.kind = threading.Event(), threading.Event(), kind
        self._thread = threading.Thread(target=self._run, args=(place, log, work), daemon=True)
        self._thread.start()

    def _run(self, place: Lanes, log: list[Hashable], work: Callable[[], object]) -> None:
        with place.place(self.kind):
            log.append(self.kind)
            self.began.set()
            work()
            self.end.wait()

    def leave(self) -> None:
        self.end.set()
        self._thread.join(30)


@pytest.fixture
def patient(monkeypatch) -> None:
    """Nobody outstays a place in these tests, however busy the machine is."""
    monkeypatch.setattr(lanes, "STUCK", 1e6)
    monkeypatch.setattr(lanes, "LONG", 1e3)


def place_with(**expected: float) -> Lanes:
    """Places that have learnt already how long runs of these kinds take."""
    found = Lanes()
    for kind, seconds in expected.items():
        found._learn(kind, seconds)
    return found


def waiting(place: Lanes) -> int:
    return len(place._waiting)


@pytest.mark.usefixtures("patient")
def test_two_compute_and_the_others_wait_in_the_order_in_which_they_came():
    place, log = Lanes(), []
    visitors = []
    for kind in "abcde":
        visitors.append(Visitor(place, kind, log))
        count = len(visitors)
        until(lambda count=count: len(log) + waiting(place) == count)
    assert log == ["a", "b"]
    for gone, visitor in enumerate(visitors):
        visitor.leave()
        until(lambda gone=gone: len(log) == min(5, gone + 3))
    assert log == list("abcde")
    assert not place._running


@pytest.mark.usefixtures("patient")
def test_a_short_run_goes_before_a_long_one_that_came_a_moment_earlier():
    place, log = place_with(short=0.01, long=0.5), []
    first = [Visitor(place, "first", log), Visitor(place, "second", log)]
    until(lambda: len(log) == 2)
    long = Visitor(place, "long", log)
    until(lambda: waiting(place) == 1)
    short = Visitor(place, "short", log)
    until(lambda: waiting(place) == 2)
    first[0].leave()
    until(lambda: len(log) == 3)
    assert log[2] == "short"
    for visitor in (first[1], short, long):
        visitor.end.set()
    until(lambda: len(log) == 4)


def test_of_two_places_long_runs_take_one(monkeypatch):
    monkeypatch.setattr(lanes, "STUCK", 1e6)
    monkeypatch.setattr(lanes, "COURTESY", 1e6)  # the long ones are in no hurry
    place, log = place_with(long=2 * LONG, short=0.01), []
    visitors = [Visitor(place, "long", log) for _ in range(3)]
    until(lambda: len(log) + waiting(place) == 3)
    assert log == ["long"]
    for _ in range(3):
        short = Visitor(place, "short", log)
        until(short.began.is_set)
        short.leave()
    assert log == ["long", "short", "short", "short"]
    for visitor in visitors:
        visitor.end.set()
    until(lambda: log.count("long") == 3)


def test_a_long_run_that_is_overdue_takes_the_next_place_there_is(monkeypatch):
    monkeypatch.setattr(lanes, "STUCK", 1e6)
    monkeypatch.setattr(lanes, "COURTESY", 1e-3)
    place, log = place_with(long=2 * LONG), []
    visitors = [Visitor(place, "long", log) for _ in range(2)]
    until(lambda: len(log) == 2)
    for visitor in visitors:
        visitor.leave()


def test_whoever_outstays_a_place_makes_room_for_a_short_run_and_no_more_than_a_few_run_at_once(monkeypatch):
    monkeypatch.setattr(lanes, "STUCK", 1e6)
    place, log = Lanes(), []
    visitors = [Visitor(place, number, log) for number in range(MOST + 2)]
    until(lambda: len(log) == MOST)
    time.sleep(3 * lanes.LOOK)
    assert len(log) == MOST
    for visitor in visitors:
        visitor.end.set()
    until(lambda: len(log) == MOST + 2)


def test_runs_that_wait_for_something_do_not_hold_everybody_up(monkeypatch):
    monkeypatch.setattr(lanes, "STUCK", 0.2)
    place, log = Lanes(), []
    visitors = [Visitor(place, number, log) for number in range(3 * MOST)]
    until(lambda: len(log) == 3 * MOST)
    for visitor in visitors:
        visitor.leave()
    assert not place._running


@pytest.mark.usefixtures("patient")
def test_who_steps_aside_gives_the_place_up_and_takes_it_again():
    place, log = Lanes(), []
    go = threading.Event()

    def wait_aside() -> None:
        with place.stepped_aside():
            go.wait()
        log.append("back")

    asides = [Visitor(place, number, log, wait_aside) for number in range(2)]
    until(lambda: len(log) == 2)
    others = [Visitor(place, f"other {number}", log) for number in range(2)]
    until(lambda: all(other.began.is_set() for other in others))
    go.set()
    until(lambda: waiting(place) == 2)
    assert "back" not in log
    for visitor in (*others, *asides):
        visitor.end.set()
    until(lambda: log.count("back") == 2)
    until(lambda: not place._running)


def test_a_thread_without_a_place_steps_aside_as_it_is():
    place = Lanes()
    with place.stepped_aside():
        assert not place._running


def test_a_run_that_fails_gives_its_place_back():
    place = Lanes()
    for _ in range(3):
        with pytest.raises(RuntimeError), place.place("kind"):
            raise RuntimeError
    assert not place._running


def test_what_a_kind_takes_is_learnt_from_its_own_processor_time():
    place = Lanes()
    assert place.expected("kind") == lanes.UNKNOWN
    with place.place("kind"):
        time.sleep(0.3)  # waits, and computes nothing
    assert place.expected("kind") < 0.1
    place._learn("other", 1.0)
    place._learn("other", 2.0)
    assert 1.0 < place.expected("other") < 2.0


def test_invented_kinds_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(lanes, "_KINDS", 5)
    place = Lanes()
    for number in range(50):
        with place.place(number):
            pass
    assert len(place._expected) <= 5
