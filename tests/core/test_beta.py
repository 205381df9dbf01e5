"""One beta of an every-beta network, against the evaluation of the whole set and against hand-made numbers."""

from math import exp, log

import numpy as np
import pytest
import torch

from core import weights
from core.config import ModelConfig
from core.datasets import held_out
from core.divergence import beta
from core.divergence.beta import Look
from core.evaluation import Codes, encode_set, rate_distortion
from tests.core.small_models import fresh, shaken

KINDS = ("every-beta-vae", "every-beta-multistage-vae")
SHIPPED = [name for name in weights.names() if name.startswith("every-beta-")]


def small(kind: str, size: int = 3):
    return shaken(fresh(ModelConfig(kind, size, (10, 8))))


def hand_made(active: tuple[bool, ...], rate: float) -> Look:
    codes = Codes(torch.zeros(4, len(active)), torch.zeros(4, len(active)), torch.arange(4))
    kl = torch.linspace(0.1, 1, len(active)) / torch.linspace(0.1, 1, len(active)).sum() * rate
    return Look(2.0, codes, rate, 100.0, 0.05, kl, active, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [0.1, 1.0, 7.0, 30.0])
def test_a_look_agrees_with_the_evaluation_of_the_same_digits(kind, at, few_digits):
    network = small(kind)
    found = beta.look(network, few_digits, at)
    row = rate_distortion(network, few_digits, [at])[0]
    assert found.rate == pytest.approx(row["rate"], rel=1e-5)
    assert found.distortion == pytest.approx(row["distortion"], rel=1e-5)
    assert found.objective == pytest.approx(row["objective"], rel=1e-5)
    assert found.mse == pytest.approx(row["mse_sampled"], rel=1e-5)
    assert sum(found.active) == row["active_dims"]
    assert found.kl.sum().item() == pytest.approx(found.rate, rel=1e-5)
    assert found.told_apart == pytest.approx(exp(found.rate))
    torch.testing.assert_close(found.codes.mu, encode_set(network.at(at), few_digits).mu)


def test_accuracy_is_the_share_of_classes_read_right_off_mu(few_digits):
    network = small("every-beta-multistage-vae")
    found = beta.look(network, few_digits, 2.0)
    with torch.inference_mode():
        guesses = network.classify(network.at(2.0).encode(few_digits.pixels()).mu).argmax(dim=1)
    assert found.accuracy == pytest.approx(np.mean(guesses.numpy() == few_digits.labels.numpy()))
    assert beta.look(small("every-beta-vae"), few_digits, 2.0).accuracy is None


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_senseless_beta_is_refused(bad, few_digits):
    with pytest.raises(ValueError, match="beta must be finite"):
        beta.look(small("every-beta-vae"), few_digits, bad)


@pytest.mark.parametrize(
    ("active", "rate", "name"),
    [
        ((True, True), 3.0, "none"),
        ((True, False), 3.0, "some"),
        ((False, False), 3.0, "all"),
        ((True, True), 0.05, "all"),
    ],
)
def test_collapse_is_named(active, rate, name):
    assert hand_made(active, rate).collapse == name


def test_dimensions_are_ordered_by_kl():
    assert hand_made((True,) * 4, 2.0).order == [3, 2, 1, 0]


def test_stops_are_round_rising_nearly_even_and_hold_every_whole_beta():
    stops = beta.stops()
    assert (stops[0], stops[-1]) == (beta.LOWEST, beta.HIGHEST)
    ratios = np.divide(stops[1:], stops[:-1])
    assert ratios.min() > 1.045
    assert ratios.max() < 1.13
    assert {0.1, 0.3, 0.5, *range(1, 11), 20, 30} <= set(stops)
    assert all(float(f"{stop:g}") == stop and len(f"{stop:g}".strip("0.").replace(".", "")) <= 2 for stop in stops)


def test_the_stops_around_a_number():
    stops = (0.1, 1.0, 2.0, 30.0)
    assert beta.around(1.5, stops) == [1.0, 2.0]
    assert beta.around(2.0, stops) == [2.0, 30.0]
    assert beta.around(0.01, stops) == [0.1]
    assert beta.around(99, stops) == [30.0]
    with pytest.raises(ValueError, match="finite"):
        beta.around(float("nan"), stops)


@pytest.mark.parametrize("start", [None, 1])
def test_pictures_are_what_the_decoder_draws(start, few_digits):
    network, x = small("every-beta-vae"), few_digits.pixels(slice(0, 4))
    found = beta.pictures(network, 3.0, x, 5, 11, start)
    model = network.at(3.0)
    with torch.inference_mode():
        mu = model.encode(x).mu
        torch.testing.assert_close(found.reconstructions, model.decode(mu))
        drawn = torch.randn(5, 3, generator=torch.Generator().manual_seed(11))
        torch.testing.assert_close(found.samples, model.decode(drawn))
        for d in range(3):
            for v, value in enumerate(beta.SWEEP):
                z = torch.zeros(3) if start is None else mu[start].clone()
                z[d] = value
                torch.testing.assert_close(found.strips[d, v], model.decode(z[None])[0], atol=1e-6, rtol=1e-5)


def test_a_sheet_shows_each_digit_over_its_reconstruction():
    originals = torch.arange(4, dtype=torch.uint8)[:, None, None].expand(4, 28, 28).contiguous()
    made = torch.full((4, 1, 28, 28), 1.0)
    sheet = beta.paired_sheet(originals, made, 2)
    assert sheet.shape == (4 * 28 + 3 * 2, 2 * 28 + 2)
    rows = [sheet[30 * i + 5, [5, 35]].tolist() for i in range(4)]
    assert rows == [[0, 1], [255, 255], [2, 3], [255, 255]]
    with pytest.raises(ValueError, match="do not pair up"):
        beta.paired_sheet(originals[:3], made[:3], 2)


def test_the_best_constant_picture_is_the_mean(few_digits):
    x = few_digits.pixels().flatten(1)
    assert beta.best_constant_mse(few_digits) == pytest.approx((x - x.mean(0)).square().mean().item(), rel=1e-5)
    assert beta.best_constant_mse(few_digits) < (x - x.median(0).values).square().mean().item()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_live_digits_stand_for_all_of_them(name):
    """What is measured at every move lies on the curve of all 5,000, to within what the eye can see."""
    network, live = weights.load(name), beta.live_digits(held_out())
    assert len(live) == 1000
    for at in (0.1, 3.0, 30.0):
        found, row = beta.look(network, live, at), rate_distortion(network, held_out(), [at])[0]
        assert abs(found.rate - row["rate"]) < 0.6
        assert abs(found.distortion - row["distortion"]) < 1.0


@pytest.mark.parametrize("name", SHIPPED)
def test_rate_falls_and_distortion_rises_with_beta(name):
    network, live = weights.load(name), beta.live_digits(held_out())
    looks = [beta.look(network, live, at) for at in (0.1, 1.0, 10.0, 30.0)]
    rates, distortions = [found.rate for found in looks], [found.distortion for found in looks]
    assert rates == sorted(rates, reverse=True)
    assert distortions == sorted(distortions)


@pytest.mark.skipif("every-beta-vae-2" not in SHIPPED, reason="not shipped with this copy")
def test_the_plain_network_collapses_at_the_slider_s_end_and_the_multi_stage_one_does_not():
    live = beta.live_digits(held_out())
    plain = beta.look(weights.load("every-beta-vae-2"), live, beta.HIGHEST)
    multi = beta.look(weights.load("every-beta-multistage-vae-2"), live, beta.HIGHEST)
    assert plain.collapse == "all"
    assert plain.mse == pytest.approx(beta.best_constant_mse(live), rel=0.02)
    assert multi.collapse == "none"
    assert multi.rate > log(10)  # enough to name the class
    assert multi.accuracy > 0.95
