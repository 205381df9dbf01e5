"""The page Train while a run waits, rests or is stopped before its first step. Workers here do as they are told."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.running import limits
from core.running.worker import Progress
from pages.common import loaders_train
from pages.common.jobs import Runner
from tests.pages.told import Told, submitted, until

PAGE = str(Path(__file__).parents[2] / "pages" / "train.py")


@pytest.fixture
def runner(monkeypatch) -> Runner:
    found = Runner(1, Told)
    monkeypatch.setattr(loaders_train, "runner", lambda: found)
    return found


def started() -> AppTest:
    """The page after Start was pressed."""
    page = AppTest.from_file(PAGE, default_timeout=120).run()
    page.button(key="train-start").click().run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """What stands in the bar of progress."""
    return page.get("progress")[0].proto.text


def test_stopped_in_the_queue_it_says_so_and_another_run_can_be_started(runner):
    submitted(runner, "somebody else")
    page = started()
    assert "1 in the queue" in shown(page)
    assert page.button(key="train-pause").disabled
    page.button(key="train-stop").click().run()
    assert not page.exception
    assert [info.value for info in page.info] == ["The run was taken out of the queue before it started."]
    assert not page.success
    page.button(key="train-start").click().run()
    assert "1 in the queue" in shown(page)
    assert not page.info


def test_a_change_of_the_run_behind_the_buttons_draws_them_anew(runner, monkeypatch):
    (first,) = submitted(runner, "somebody else")
    page = started()
    run = page.session_state["training"].run

    def place(_: object) -> int:  # asked for after the buttons were drawn, before the run's state is shown
        first.worker.kill()
        until(lambda: run.state == "running")
        return 0

    monkeypatch.setattr(runner, "place", place)
    page.run()
    assert not page.exception
    assert not page.button(key="train-pause").disabled


def test_a_paused_run_says_how_long_it_may_rest(runner, monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAUSE", 40.0)
    page = started()
    run = page.session_state["training"].run
    until(lambda: run.worker is not None)
    run.worker.says.put(Progress(7, 0.5, 0.1, 2.0, 18.0, 1e-3, {"reconstruction": 200.0, "kl": 3.0}))
    until(lambda: run.progress is not None)
    page.button(key="train-pause").click().run()
    assert not page.exception
    assert shown(page).startswith("Paused: 18 s left, 7 steps, 0.5 epochs. Resume within ")
    assert "together last 40 s" in page.button(key="train-pause").help
    page.button(key="train-pause").click().run()
    assert shown(page) == "Training: 18 s left, 7 steps, 0.5 epochs"
