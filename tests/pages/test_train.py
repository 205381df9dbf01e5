"""The page Train: its views before, during and after a run, and the models that come out of it."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import model_file
from core.models import build
from core.running.short_runs import SCALES, SECONDS, TRAINABLE, ShortRun
from core.running.worker import Finished
from core.weights import to_bytes
from pages.common import loaders_train, own, training
from pages.parts.train import charts

PAGE = str(Path(__file__).parents[2] / "pages" / "train.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=120)


def test_shows_an_untrained_network_before_anything_is_pressed(page):
    page.run()
    assert not page.exception
    assert page.title[0].value == "Train"
    assert any("random weights" in caption.value for caption in page.caption)


@pytest.mark.parametrize("architecture", TRAINABLE)
def test_every_architecture_can_be_chosen(page, architecture):
    page.run()
    page.selectbox(key="train-model").select(TRAINABLE[architecture]).run()
    assert not page.exception
    labels = {number.label for number in page.number_input}
    assert ("β" in labels) == architecture.endswith("vae")
    assert ("Classifier weight" in labels) == ("multistage" in architecture)


def test_a_run_ends_in_a_model_of_ones_own(page):
    page.run()
    page.number_input(key="train-seconds").set_value(SECONDS[0])
    page.text_input(key="train-title").set_value("Anna's").run()
    page.button(key="train-start").click().run()
    end = time.monotonic() + 120
    while page.session_state["training"].active:
        assert time.monotonic() < end
        time.sleep(0.3)
    page.run()
    assert not page.exception
    assert any("Anna's" in message.value for message in page.success)
    (mine,) = page.session_state["own-models"].values()
    assert mine.facts.title == "Anna's"
    assert model_file.read(model_file.pack(mine)).key == mine.key


def test_a_trained_network_of_no_use_is_not_kept_and_the_visitor_is_told_why():
    model, train = ShortRun().configs()
    weights = to_bytes({name: 1e15 * tensor for name, tensor in build(model).state_dict().items()})
    finished = Finished("finished", "Done.", weights, held_out_mse=0.5, images=4000, steps=10, seconds=5.0)
    found = training.Training(SimpleNamespace(finished=finished, model=model, train=train), ShortRun(), "Anna's")
    training.keep(found)
    assert found.kept == ""
    assert "without a model" in found.news
    assert found.trouble.startswith("The trained model is not kept. The network cannot be used: it ")


@pytest.mark.parametrize("seconds", [SECONDS[0] - 1, SECONDS[1] + 1])
def test_a_time_outside_the_limits_is_refused(seconds):
    with pytest.raises(ValueError, match="time budget"):
        ShortRun(seconds=seconds).configs()


def test_each_scale_has_a_classifier_weight_of_its_own(page):
    page.run()
    page.selectbox(key="train-model").select(TRAINABLE["multistage-vae"]).run()
    assert page.number_input(key="train-alpha").value == 50
    page.number_input(key="train-alpha").set_value(80.0).run()
    page.selectbox(key="train-loss").select(SCALES["notebook"]).run()
    assert page.number_input(key="train-notebook-alpha").value == 1
    page.selectbox(key="train-loss").select(SCALES["elbo"]).run()
    assert not page.exception


def test_titles_do_not_collide():
    assert own.free_title("Mine", {"Mine", "Mine 2"}) == "Mine 3"
    assert own.free_title("  ", set()) == "My model"


def test_charts_compile():
    shown = loaders_train.untrained(ShortRun().configs()[0], 0)
    table, spec = charts.losses([], ["reconstruction", "kl"], "elbo", 20)
    assert table.num_rows == 0
    assert [part["encoding"]["x"]["scale"]["domain"] for part in spec["vconcat"]] == [[0, 20]] * 2
    for prior in (True, False):
        table, spec = charts.code_map(shown.codes, shown.labels, 2, prior)
        assert len(table) == 1000 + 10
        assert bool(spec["layer"][0]["data"]["values"]) == prior
    assert not training.Training().active
