"""The notebook's beta in other words, by evaluating both sides on numbers."""

import pytest

from core.divergence.translation import translate


@pytest.mark.parametrize("beta", [0.1, 1.0, 30.0, 100.0])
def test_the_translated_loss_is_the_notebook_s_times_a_constant(beta):
    found = translate(beta)
    for sse, kl, ce in ((40.0, 12.0, 0.3), (7.0, 25.0, 0.01)):
        notebook = sse / 784 + beta * kl / 784 + ce
        gaussian = sse / (2 * found.variance) + kl + found.class_weight * ce
        assert gaussian == pytest.approx(784 / beta * notebook)
        unit = sse / 2 + found.unit_variance_beta * kl + found.class_weight * found.unit_variance_beta * ce
        assert unit == pytest.approx(784 / 2 * notebook)
    assert found.spread**2 == pytest.approx(found.variance)


def test_the_notebook_s_30_is_a_pixel_noise_of_3_9():
    found = translate(30.0)
    assert (found.variance, found.unit_variance_beta) == (15.0, 15.0)
    assert found.spread == pytest.approx(3.873, abs=1e-3)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("inf"), float("nan")])
def test_senseless_betas_are_refused(bad):
    with pytest.raises(ValueError, match="finite and > 0"):
        translate(bad)
