"""The host's limits, and that everything the page Train offers is within them."""

import pytest

from core.config import ModelConfig, TrainConfig
from core.models import build
from core.running import limits, short_runs
from core.running.limits import LimitError
from core.running.short_runs import LATENT_DIMS, TRAINABLE, ShortRun, offered


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


def test_what_is_offered_keeps_to_the_limit_on_weights(monkeypatch):
    assert offered() == dict.fromkeys(TRAINABLE, LATENT_DIMS)
    sizes = {(name, size): limits.weights_of(ShortRun(name, size).configs()[0]) for name in TRAINABLE for size in LATENT_DIMS}
    for most in (max(sizes.values()) - 1, sorted(sizes.values())[len(sizes) // 2], min(sizes.values())):
        monkeypatch.setattr(limits, "MAX_PARAMETERS", most)
        found = {(name, size) for name, fitting in offered().items() for size in fitting}
        assert found == {each for each, count in sizes.items() if count <= most}
        for name, size in found:
            limits.check(*ShortRun(name, size).configs())
    monkeypatch.setattr(limits, "MAX_PARAMETERS", min(sizes.values()) - 1)
    with pytest.raises(LimitError, match=f"the smallest on offer has {min(sizes.values()):,}"):
        offered()


@pytest.mark.parametrize(
    ("most", "expected"), [(60.0, (5, 60)), (5.0, (5, 5)), (7.9, (5, 7)), (1.0, (1, 1)), (0.5, (0.5, 0.5))]
)
def test_the_times_on_offer_keep_to_the_limit(most, expected):
    assert short_runs._seconds(most) == expected
