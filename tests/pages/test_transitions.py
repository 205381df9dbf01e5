"""The page Transitions, run without a browser: its default view, every control, every model, and senseless addresses."""

import base64
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import weights
from core.evaluation import Purity
from core.models import ARCHITECTURES
from pages.common import loaders, loaders_transitions, walkers
from pages.common import player as tape
from pages.common.player import read_message
from pages.parts.transitions import pair_table

PAGE = Path(__file__).parents[2] / "pages" / "transitions.py"
DEFAULT = ["VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d"]
TITLES = {
    entry["title"]: entry["model"]["latent_dim"]
    for entry in map(weights.entry, weights.names())
    if not ARCHITECTURES[entry["model"]["architecture"]].conditional
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def opened(**address: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in address.items():
        page.query_params[f"tra-{name.replace('_', '-')}"] = value
    return healthy(page.run())


def healthy(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    return page


def player(page: AppTest) -> dict:
    found = [json.loads(one.proto.json)[0] for one in page.get("bidi_component")]
    return next(data for data in found if "reels" in data)  # the others are drawing areas


def strips(page: AppTest) -> list[str]:
    return [reel["strip"] for reel in player(page)["reels"]]


def labels(page: AppTest) -> list[list[str]]:
    return [[frame["label"] for frame in reel["frames"]] for reel in player(page)["reels"]]


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


@pytest.mark.parametrize("text", ["0-1-x", "7", ""])
def test_what_is_no_chain_is_said_in_a_sentence(text):
    page = opened(walk="A chain of classes")
    page.text_input(key="tra-chain").set_value(text)
    healthy(page.run())
    assert page.warning[0].value.startswith("A chain ")
    assert not page.get("bidi_component")


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
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.query_params["tra-frames"] = "29"  # a walk that no other test has left in the cache
    page.run()
    assert not page.exception
    assert page.error[0].value == "the weights file judge.safetensors is missing"
