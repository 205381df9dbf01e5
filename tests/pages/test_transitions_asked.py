"""What the page Transitions is asked by an address, a browser or a hand, in vain or not."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import weights
from pages.common import loaders, walkers
from pages.common import player as tape
from pages.common.player import read_message
from tests.pages import apps
from tests.pages.apps import healthy
from tests.pages.transitions_page import DEFAULT, FILE, labels, opened, player

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("text", ["0-1-x", "7", ""])
def test_what_is_no_chain_is_said_in_a_sentence(text):
    page = opened(walk="A chain of classes")
    page.text_input(key="tra-chain").set_value(text)
    healthy(page.run())
    assert page.warning[0].value.startswith("A chain ")
    assert not page.get("bidi_component")


def test_the_address_brings_back_the_view():
    page = opened(**{"from": "4", "to": "9"}, path="Arc (slerp)", frames="7", beyond="20", frame="3", models=DEFAULT[1])
    shown = player(page)
    assert [len(reel["frames"]) for reel in shown["reels"]] == [7]
    assert shown["frame"] == 2
    assert (page.selectbox(key="tra-from").value, page.selectbox(key="tra-path").value) == ("4", "Arc (slerp)")
    assert not page.warning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "12"),
        ("to", "x"),
        ("walk", "Somewhere"),
        ("path", "Zigzag"),
        ("frames", "2"),
        ("frames", "1e9"),
        ("beyond", "15"),
        ("speed", "0"),
        ("frame", "0"),
        ("frame", "12"),
        ("frame", "²"),
        ("pairs", "perhaps"),
        ("models", "No such model"),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value):
    page = opened(**{name: value})
    assert len(page.warning) == 1
    assert f"tra-{name}" in page.warning[0].value
    assert [len(row) for row in labels(page)] == [11] * len(labels(page))


def test_a_frame_that_a_shorter_walk_does_not_have_becomes_its_last():
    page = opened(frame="11")
    page.slider(key="tra-frames").set_value(4)
    assert player(healthy(page.run()))["frame"] == 3


@pytest.mark.parametrize(
    "sent",
    [None, 3, {}, [3], *({"frame": it} for it in (-1, 11, 2.5, float("nan"), float("inf"), True, "3", [3], {}, 10**400))],
)
def test_what_is_no_frame_is_refused(sent):
    with pytest.raises(ValueError, match=r"not a message of|must be a whole number"):
        read_message(sent, 11)


def test_a_frame_is_a_whole_number_and_none_while_it_plays():
    assert [read_message({"frame": sent, "at": 1}, 11) for sent in (0, 10, None)] == [0, 10, None]


def test_a_frame_that_is_refused_leaves_the_animation_where_it_was(monkeypatch):
    state, mounted, said = {"tra-frame-shown": (2, 1), "tra-player": {"stopped": {"frame": "<b>" * 1_000_000}}}, {}, []
    monkeypatch.setattr(tape.st, "session_state", state)
    monkeypatch.setattr(tape, "_mount", lambda **options: mounted.update(options))
    reel = tape.Reel("a model", [], b"", [tape.Frame("", "", False, "", "", [0.1] * 10, (0, 0))] * 5)
    assert tape.player("tra", [reel], "", 6, False, said.append) == 2
    mounted["on_stopped_change"]()
    assert tape.player("tra", [reel], "", 6, False, said.append) == 2
    assert len(said) == 1
    assert "cannot be used" in said[0]
    assert len(said[0]) < 200


def test_a_model_without_this_path_is_named_and_the_others_walk(monkeypatch):
    def take(model: SimpleNamespace) -> str:
        if model.title == "- mine":
            raise ValueError("there is no arc")
        return f"the walk of {model.title}"

    said, models = [], [SimpleNamespace(title=title) for title in ("one", "- mine", "two")]
    monkeypatch.setattr(walkers.st, "warning", said.append)
    assert walkers.walked(models, take) == [(models[0], "the walk of one"), (models[2], "the walk of two")]
    assert said == [r"\- mine cannot go this way: there is no arc."]  # and not as an item of a list


def test_missing_weights_are_a_sentence(monkeypatch):
    def missing():
        raise weights.MissingWeightsError("the weights file judge.safetensors is missing")

    monkeypatch.setattr(loaders.weights, "load_judge", missing)
    loaders.judge.clear()
    page = AppTest.from_file(apps.PAGES / FILE, default_timeout=120)
    page.query_params["tra-frames"] = "29"  # a walk that no other test has left in the cache
    page.run()
    assert not page.exception
    assert page.error[0].value == "the weights file judge.safetensors is missing"
