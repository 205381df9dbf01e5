"""The page Transitions without a browser: its default view, its controls, every model, all pairs of classes."""

import base64
from types import SimpleNamespace

import pytest
import torch

from core.evaluation import Purity
from pages.common import loaders_transitions
from pages.parts.transitions import pair_table
from tests.pages.apps import healthy
from tests.pages.transitions_page import DEFAULT, TITLES, labels, opened, player, strips

pytestmark = pytest.mark.usefixtures("one_thread")


def test_it_opens_with_a_vae_and_a_multi_stage_vae_from_0_to_1():
    page = opened()
    shown = player(page)
    assert [reel["title"] for reel in shown["reels"]] == DEFAULT
    assert [len(reel["frames"]) for reel in shown["reels"]] == [11, 11]
    assert [(row[0], row[-1]) for row in labels(page)] == [("0", "1"), ("0", "1")]
    assert (shown["frame"], shown["circular"]) == (None, False)
    assert "one thing only: class head (no, yes)" in page.caption[0].value
    assert not page.warning


def test_what_is_said_above_a_strip_is_what_stands_below_its_frames():
    for reel in player(opened())["reels"]:
        flagged = [frame for frame in reel["frames"] if frame["flagged"]]
        assert all(frame["label"] not in "01" for frame in flagged)
        assert all("a third class" in frame["sentence"] for frame in flagged)
        expected = f"third class in {len(flagged)} of 11" if flagged else "no third class in 11 frames"
        assert reel["notes"][0].startswith(expected)
        assert reel["notes"][2] == f"lowest support {min(int(frame['note']) for frame in reel['frames'])}"


def test_every_frame_has_its_probabilities_and_its_place_on_the_map():
    for title, reel in zip(DEFAULT, player(opened(**{"from": "4", "to": "9"}))["reels"], strict=True):
        chart, frames = reel["chart"], reel["frames"]
        for frame in frames:
            assert sum(frame["chances"]) == pytest.approx(1, abs=0.006)  # ten numbers of three digits
            assert frame["label"] == str(max(range(10), key=lambda k: frame["chances"][k]))
            assert all(abs(x - c) <= s / 2 for x, c, s in zip(frame["place"], chart["centre"], chart["span"], strict=True))
        for k, end in ((4, frames[0]), (9, frames[-1])):
            assert end["place"] == pytest.approx(chart["middles"][k], abs=2e-3)
        assert len(base64.b64decode(chart["cloud"])) == 5 * 2000
        assert "16 dimensions" in chart["name"]
        assert reel["title"] == title


@pytest.mark.parametrize("title", TITLES)
def test_every_shipped_model_can_be_walked_in(title):
    page = opened(models=title)
    reel = player(page)["reels"][0]
    assert reel["title"] == title
    assert len(reel["frames"]) == 11
    assert (reel["chart"]["axes"] == ["z₁", "z₂"]) == (TITLES[title] == 2)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("selectbox", "tra-from", "5"),
        ("selectbox", "tra-to", "7"),
        ("selectbox", "tra-path", "Arc (slerp)"),
        ("selectbox", "tra-walk", "Two digits"),
        ("slider", "tra-frames", 5),
        ("slider", "tra-beyond", 50),
    ],
)
def test_each_control_changes_the_frames_of_every_model(kind, key, value):
    page = opened()
    before = strips(page)
    getattr(page, kind)(key=key).set_value(value)
    after = strips(healthy(page.run()))
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_the_speed_is_the_animations_alone():
    page = opened()
    before = strips(page)
    page.slider(key="tra-speed").set_value(12)
    assert player(healthy(page.run()))["rate"] == 12
    assert strips(page) == before


def test_a_chain_goes_round_and_its_classes_can_be_typed():
    page = opened(walk="A chain of classes")
    assert player(page)["circular"]
    assert len(labels(page)[0]) == 51
    page.text_input(key="tra-chain").set_value("3-1-3")
    page.slider(key="tra-leg").set_value(4)
    shown = labels(healthy(page.run()))[1]
    assert (len(shown), shown[0], shown[-1]) == (7, "3", "3")


def test_two_digits_are_shown_and_can_be_exchanged_for_others():
    page = opened(walk="Two digits", **{"from": "4", "to": "9"})
    gallery = page.get("html")[0].proto.body
    assert gallery.count("<figure>") == 2
    before = strips(page)
    page.number_input(key="tra-to-digit").set_value(77)
    healthy(page.run())
    assert all(a != b for a, b in zip(before, strips(page), strict=True))
    assert page.get("html")[0].proto.body != gallery


def test_a_walk_to_where_it_began_is_remarked_upon():
    page = opened(**{"from": "1", "to": "1"})
    assert "stands still" in page.info[0].value
    assert labels(page)[0] == ["1"] * 11


def test_without_a_model_it_asks_for_one():
    page = opened()
    page.multiselect(key="tra-models").set_value([])
    healthy(page.run())
    assert "Choose a model" in page.info[0].value
    assert not page.get("bidi_component")


def test_models_that_differ_in_several_things_are_not_compared_in_silence():
    page = opened()
    page.multiselect(key="tra-models").set_value(["Convolutional AE, 30-d", DEFAULT[1]])
    healthy(page.run())
    assert "no difference you see is due to one of them alone" in page.caption[0].value
    assert "size of the code (30, 16)" in page.caption[0].value


def test_all_pairs_are_measured_when_they_are_asked_for():
    page = opened(pairs="true")
    table = page.dataframe[0].value
    assert len(table) == 45
    assert len(page.get("vega_lite_chart")) == 2
    said = [text.value for text in page.markdown if "of the frames, in" in text.value]
    for title, sentence in zip(DEFAULT, said, strict=True):
        mean = table[f"{title}: third class, %"].mean()
        assert f"**{title}**: a third class in {mean:.2f} % of the frames" in sentence
        assert f"in {(table[f'{title}: third class, %'] > 0).sum()} pairs of 45" in sentence


def test_pairs_are_not_measured_unless_they_are_asked_for():
    assert not opened().dataframe


def test_a_row_of_the_table_is_walked(monkeypatch):
    purity = Purity("linear", tuple((a, b) for a in range(10) for b in range(a + 1, 10)), torch.zeros(45, 3, dtype=torch.int64))
    state = {"tra-pair-rows": SimpleNamespace(selection=SimpleNamespace(rows=[9])), "tra-walk": "A chain of classes"}
    monkeypatch.setattr(pair_table.st, "session_state", state)
    pair_table._walk("tra", "tra-pair-rows", purity)
    assert (state["tra-walk"], state["tra-from"], state["tra-to"]) == ("Two classes", "1", "2")


def test_seeds_of_one_recipe_are_reported_together_and_the_model_first(monkeypatch):
    def entry(seed: int, epochs: int, **shares: float) -> dict[str, dict]:
        return {"model": {"latent_dim": 2}, "train": {"seed": seed, "epochs": epochs}, "metrics": shares}

    entries = {
        "a": entry(0, 8, linear_third_class_share=0.1),
        "again": entry(1, 8, linear_third_class_share=0.2),
        "a-seed2": entry(2, 8),
        "a-seed3": entry(3, 9, linear_third_class_share=0.4),  # named like the others, but trained for longer
    }
    monkeypatch.setattr(loaders_transitions.weights, "manifest", lambda: {"models": entries})
    loaders_transitions.measured.clear()
    assert loaders_transitions.measured("again", "linear") == (0.2, 0.1)
    assert loaders_transitions.measured("a", "linear") == (0.1, 0.2)
    assert loaders_transitions.measured("a-seed3", "linear") == (0.4,)
    assert loaders_transitions.measured("a", "slerp") == ()
    assert loaders_transitions.measured("own", "linear") == ()
    loaders_transitions.measured.clear()
