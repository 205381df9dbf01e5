"""One picture read by one model, held against torch.distributions and the model itself."""

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from core import datasets, reading, weights
from core.reading import Opinion


@pytest.fixture(scope="module")
def judge():
    return weights.load_judge()


@pytest.fixture(scope="module")
def x():
    return datasets.embedded().pixels(slice(1504, 1505))


@pytest.mark.parametrize("name", ["dense-ae-30", "conv-vae-16", "multistage-vae-16"])
def test_a_reading_is_the_model_s_own(name, judge, x):
    model = weights.load(name)
    found = reading.read(model, judge, x)
    with torch.no_grad():
        posterior = model.encode(x)
        image = model.decode(posterior.mu)
    assert torch.equal(found.mu, posterior.mu[0])
    assert torch.allclose(found.image, image[0, 0])
    assert found.mse == pytest.approx(torch.nn.functional.mse_loss(image, x).item())
    with torch.no_grad():
        probabilities = judge(image).softmax(1)[0]
    assert (found.judged.label, found.judged.probability) == (
        int(probabilities.argmax()),
        pytest.approx(float(probabilities.max())),
    )
    assert (found.predicted is not None) == model.classifies
    if posterior.logvar is None:
        assert found.sigma is None
        assert found.kl is None
        assert found.order.tolist() == list(range(30))
    else:
        sigma = posterior.logvar[0].exp().sqrt()
        expected = kl_divergence(Normal(posterior.mu[0], sigma), Normal(0.0, 1.0))
        assert torch.allclose(found.sigma, sigma)
        assert torch.allclose(found.kl, expected, atol=1e-5)
        assert found.kl[found.order].diff().max() <= 0


def test_the_judge_knows_a_real_three(judge, x):
    assert reading.judged(judge, x).label == 3


@pytest.mark.parametrize(
    ("probability", "words"), [(0.924, "3, 92 %"), (0.9949, "3, 99 %"), (0.9999, "3, > 99 %"), (1.0, "3, > 99 %")]
)
def test_an_opinion_in_words(probability, words):
    assert str(Opinion(3, probability)) == words
