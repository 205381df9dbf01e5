"""A new class and its line in the registry: what depends on traits follows the class, whatever the architecture is called."""

import pytest

from core.comparison.differences import differences, settings
from core.config import ModelConfig, Objective, TrainConfig
from core.introduction import inventory
from core.models import ARCHITECTURES, build
from core.running import limits
from core.running.short_runs import TRAINABLE, ShortRun
from tests.core.new_architecture import NAME, Ladder
from tests.core.shelves import add, write_manifest

KNOWN = {
    "dense-ae": ("dense", False, False, False),
    "conv-ae": ("convolutional", False, False, False),
    "overlarge-ae": ("over-large", False, False, False),
    "dense-vae": ("dense", True, False, False),
    "conv-vae": ("convolutional", True, False, False),
    "dense-multistage-vae": ("dense", True, True, False),
    "multistage-vae": ("convolutional", True, True, False),
    "every-beta-vae": ("dense, steered by β", True, False, True),
    "every-beta-multistage-vae": ("dense, steered by β", True, True, True),
}


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(ARCHITECTURES, NAME, Ladder)


@pytest.mark.parametrize("architecture", KNOWN)
def test_the_traits_of_those_that_there_were(architecture):
    kind = ARCHITECTURES[architecture]
    assert (kind.layer_kind, kind.variational, kind.classifies, kind.conditional) == KNOWN[architecture]


def test_a_comparison_knows_its_settings():
    found = settings(ModelConfig(NAME, 2), TrainConfig(Objective(beta=3.0, alpha=7.0)))
    assert (found["layers"], found["posterior"], found["class head"]) == ("rungs", "a Gaussian", "yes")
    assert (found["β"], found["weight of the classification"]) == ("3", "7")
    pair = [(ModelConfig(name, 2), TrainConfig()) for name in (NAME, "dense-multistage-vae")]
    assert [row.what for row in differences(pair)] == ["layers"]


def test_the_inventory_names_its_loss(tmp_path):
    config = ModelConfig(NAME, 2, (4,))
    write_manifest(tmp_path, {"mine": add(tmp_path, "mine.safetensors", build(config).state_dict(), config)})
    (line,) = inventory.take(tmp_path).shipped
    assert (line.architecture, line.objective) == (NAME, "MSE + 1·KL/784 + 1·CE")


def test_a_short_run_has_its_weights_and_its_usual_widths(monkeypatch):
    monkeypatch.setitem(TRAINABLE, NAME, "Ladder")
    run = ShortRun(NAME)
    assert run.variational
    assert run.classifies
    model, train = run.configs()
    assert model == ModelConfig(NAME, 2)
    limits.check(model, train)
