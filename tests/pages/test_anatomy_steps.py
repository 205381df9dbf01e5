"""Training a copy on the page Anatomy: steps, slow motion, the tug of war, and the copies that are kept."""

import time

import pytest
import torch

from core.anatomy.tug_of_war import Pull, Trainee
from core.datasets import embedded
from pages.common import loaders
from pages.parts.anatomy import dials, stepping
from pages.parts.anatomy import loaders as loaders_anatomy
from pages.parts.anatomy.trainees import Trainees
from tests.core.small_models import fresh, smallest
from tests.pages import apps
from tests.pages.anatomy_page import DEEP, PLAIN, boxes, changed, opened, press

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_step_changes_every_box_that_the_network_has_a_hand_in_and_reset_undoes_it():
    page = opened(model=DEEP)
    before = boxes(page)
    stepped = boxes(press(page, "one"))
    assert changed(before, stepped) == set(before) - {"x", "noise"}
    assert "1 step from its start" in apps.prose(page)
    assert len(page.get("vega_lite_chart")) == 3
    press(page, "one")
    assert "2 steps from its start" in apps.prose(page)
    assert apps.html(page).count("reconstruction before") > 0
    assert not changed(before, boxes(press(page, "reset")))
    assert not page.get("vega_lite_chart")


def test_steps_never_touch_the_shared_network():
    page = opened(model=PLAIN)
    shared = loaders.model("dense-ae-2")
    before = [p.clone() for p in shared.parameters()]
    press(page, "one")
    assert all(torch.equal(a, b) for a, b in zip(before, shared.parameters(), strict=True))
    assert changed(boxes(opened(model=PLAIN)), boxes(page))


def test_an_autoencoder_has_nobody_to_pull_against():
    page = press(opened(model=PLAIN), "one")
    assert "nobody pulls against it" in apps.prose(page)
    assert len(page.get("vega_lite_chart")) == 2


def test_slow_motion_takes_a_step_when_one_is_due_and_stops():
    page = press(opened(model=PLAIN), "slow")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    taken = state.steps
    assert taken >= 1
    assert page.button(key="ana-slow").label == "Stop"
    state.last = time.monotonic()
    apps.healthy(page.run())
    assert state.steps == taken  # no sooner than it is due
    state.last = 0.0
    apps.healthy(page.run())
    assert state.steps == taken + 1
    press(page, "slow")
    state.last = 0.0
    apps.healthy(page.run())
    assert (state.steps, state.to_come) == (taken + 1, 0)
    assert page.button(key="ana-slow").label == "Slow motion"


def test_ten_steps_come_one_by_one_and_are_compared_with_what_was_there_before_them():
    page = press(opened(model=PLAIN), "one")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    before = state.seen[1].total
    press(page, "ten")
    for taken in range(2, 12):
        assert state.steps == taken
        assert page.button(key="ana-ten").label == ("Stop" if taken < 11 else "10 steps")
        assert f"{taken} steps from its start" in apps.prose(page)
        state.last = 0.0
        apps.healthy(page.run())
    assert (state.steps, state.to_come) == (11, 0)
    assert f"reconstruction before, loss {before:.3g}" in apps.html(page)


def test_ten_steps_stop_when_they_are_told_to_or_lead_nowhere(monkeypatch):
    page = press(opened(model=PLAIN), "ten")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    press(page, "ten")
    assert (state.steps, state.to_come) == (1, 0)
    press(page, "ten")
    monkeypatch.setattr(Trainee, "_finite", lambda *_: False)
    state.last = 0.0
    apps.healthy(page.run())
    assert "last good weights are kept" in page.warning[0].value
    assert (state.steps, state.to_come) == (2, 0)


def test_slow_motion_comes_to_an_end_and_follows_nobody_to_another_network():
    page = press(opened(model=PLAIN), "slow")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    assert state.to_come <= stepping.MOST_SLOW
    state.to_come, state.last = 1, 0.0
    apps.healthy(page.run())
    assert state.to_come == 0
    press(page, "slow")
    page.selectbox(key="ana-model").set_value(DEEP)
    apps.healthy(page.run())
    assert not state.to_come


def test_a_step_into_nowhere_is_a_sentence_and_the_weights_stay(monkeypatch):
    page = press(opened(model=PLAIN), "one")
    before = boxes(page)
    monkeypatch.setattr(Trainee, "_finite", lambda *_: False)
    press(page, "one")
    assert "last good weights are kept" in page.warning[0].value
    assert "1 step from its start" in apps.prose(page)
    assert not changed(before, boxes(page))


def test_a_copy_that_had_to_make_room_is_said_to_be_gone():
    page = press(opened(model=PLAIN), "one")
    loaders_anatomy._trainees.clear()
    apps.healthy(page.run())
    assert "had to make room" in page.warning[0].value
    assert "At its start" in apps.prose(page)


def test_copies_stay_within_one_bound_and_go_with_their_visitor():
    model = fresh(smallest("dense-ae"))
    size = 12 * sum(p.numel() for p in model.parameters())
    kept, made = Trainees(most_bytes=int(2.5 * size)), []

    def get(session, reset=0):
        def make():
            made.append(session)
            return Trainee(model, embedded())

        return kept.get((session, "net", reset), make)

    first = get("a")
    get("b")
    assert get("a") is first
    get("c")  # b has not been used for longest
    assert len(kept) == 2
    assert kept.bytes <= 2.5 * size
    assert get("a") is first
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]
    assert get("a", reset=1) is not get("b")
    assert len(kept) == 2  # the copy before the reset is gone
    kept.release("a")
    assert len(kept) == 1
    big = Trainees(most_bytes=1)
    assert big.get(("a", "net", 0), lambda: first) is first  # one always fits


def test_dials_say_what_they_draw():
    pull = Pull(
        "elbo", {"reconstruction": 1.0, "kl": 1.0}, {"reconstruction": 3.0, "kl": 4.0}, {("reconstruction", "kl"): -0.5}
    )
    assert dials.words(pull, "reconstruction", "kl").endswith("against each other: cosine −0.50, 120°")
    assert dials.grid(pull).count("<img") == 1
    still = Pull("elbo", pull.terms, {"reconstruction": 3.0, "kl": 0.0}, {("reconstruction", "kl"): None})
    assert "one of them does not pull" in dials.grid(still)
