"""The host's limits: the defaults, what the environment says, and nonsense refused with a sentence."""

import pytest

from core.config import ModelConfig, TrainConfig
from core.models import build
from core.running import limits
from core.running.limits import LimitError
from core.running.short_runs import LATENT_DIMS, TRAINABLE, ShortRun


def test_the_default_and_what_the_host_says():
    assert limits.limit("LATENT_LAB_MAX_SECONDS", {}) == 60
    assert limits.limit("LATENT_LAB_MAX_SECONDS", {"LATENT_LAB_MAX_SECONDS": ""}) == 60
    assert limits.limit("LATENT_LAB_MAX_SECONDS", {"LATENT_LAB_MAX_SECONDS": "600"}) == 600


@pytest.mark.parametrize("text", ["much", "0", "-5", "nan", "inf"])
def test_nonsense_is_refused(text):
    with pytest.raises(ValueError, match="LATENT_LAB_MAX_PAUSE must be a number above 0"):
        limits.limit("LATENT_LAB_MAX_PAUSE", {"LATENT_LAB_MAX_PAUSE": text})


@pytest.mark.parametrize("architecture", TRAINABLE)
def test_everything_the_page_offers_is_allowed(architecture):
    for size in LATENT_DIMS:
        limits.check(*ShortRun(architecture, size).configs())


def test_the_size_of_a_network_is_counted_without_building_it(monkeypatch):
    model = ModelConfig("dense-ae", 2, (1000, 1000))
    size = sum(parameter.numel() for parameter in build(model).parameters())
    train = TrainConfig(seconds=1.0)
    limits.check(model, train)
    monkeypatch.setattr(limits, "MAX_PARAMETERS", size - 1)
    with pytest.raises(LimitError, match=f"this has {size:,}"):
        limits.check(model, train)
