"""The copies of all visitors: making one holds up nobody else, and two who ask for the same one share its making."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.anatomy.tug_of_war import Trainee
from core.datasets import embedded
from pages.parts.anatomy.trainees import Trainees
from tests.core.small_models import fresh, smallest

SOON = 30  # seconds: a busy machine is no failure


@pytest.fixture
def copy() -> Trainee:
    return Trainee(fresh(smallest("dense-ae")), embedded())


def test_one_that_takes_long_holds_up_nobody_else_and_is_made_once(copy):
    kept, begun, go_on, made = Trainees(), Event(), Event(), []

    def slowly() -> Trainee:
        made.append(1)
        begun.set()
        assert go_on.wait(SOON)
        return copy

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(kept.get, ("a", "net", 0), slowly)
        assert begun.wait(SOON)
        second = threads.submit(kept.get, ("a", "net", 0), slowly)
        other = threads.submit(kept.get, ("b", "net", 0), lambda: copy)
        try:
            assert other.result(SOON) is copy  # while a's is still being made
            assert not first.done()
        finally:
            go_on.set()
        assert first.result(SOON) is second.result(SOON) is copy
    assert made == [1]
    assert len(kept) == 2


def test_trouble_reaches_those_who_wait_and_the_next_one_tries_again(copy):
    kept = Trainees()

    def fails() -> Trainee:
        raise ValueError("no such network")

    with pytest.raises(ValueError, match="no such network"):
        kept.get(("a", "net", 0), fails)
    assert kept.get(("a", "net", 0), lambda: copy) is copy


def test_a_copy_whose_visitor_leaves_while_it_is_made_is_not_kept(copy):
    kept = Trainees()

    def leave() -> Trainee:
        kept.release("a")
        return copy

    assert kept.get(("a", "net", 0), leave) is copy
    assert len(kept) == 0
