"""Which pictures are shown: seeded, of the right class, without repeats."""

import pytest
import torch

from core.datasets import embedded
from core.pictures.choosing import CHOICES, NO_DIGITS, ONE_OF_EACH, choose, not_digits, of_class, one_of_each


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_gives_ten_pictures_and_the_seed_decides_which(choice):
    shown, again, other = (choose(embedded(), choice, seed) for seed in (3, 3, 4))
    assert shown.images.shape == (10, 28, 28)
    assert shown.images.dtype == torch.uint8
    assert len(shown.names) == len(shown.labels) == 10
    assert torch.equal(shown.images, again.images)
    assert not torch.equal(shown.images, other.images)
    assert shown.pixels().shape == (10, 1, 28, 28)
    assert torch.equal((shown.pixels() * 255).round().to(torch.uint8)[:, 0], shown.images)


@pytest.mark.parametrize("seed", range(20))
def test_classes_are_as_asked_for(seed):
    digits = embedded()
    assert digits.labels[one_of_each(digits, seed)].tolist() == list(range(10))
    assert choose(digits, ONE_OF_EACH, seed).labels == tuple(range(10))
    sevens = of_class(digits, 7, seed, 10)
    assert set(digits.labels[sevens].tolist()) == {7}
    assert len(set(sevens.tolist())) == 10


def test_the_classes_draws_are_independent():
    positions = one_of_each(embedded(), 5) % 500  # sorted by class, 500 of each
    assert len(set(positions.tolist())) > 5


def test_pictures_without_a_digit_have_no_label_and_keep_what_they_are_made_of():
    digits = embedded()
    made = not_digits(digits, 1)
    assert choose(digits, NO_DIGITS, 1).labels == (None,) * 10
    histograms = {tuple(sorted(image.flatten().tolist())) for image in digits.images[one_of_each(digits, 1)]}
    assert tuple(sorted(made["shuffled"].flatten().tolist())) in histograms
    assert tuple(sorted((255 - made["negative"]).flatten().tolist())) in histograms
    assert made["shading"].float().mean(dim=0).diff().min() > 0


def test_errors_say_what_is_wrong():
    digits = embedded()
    with pytest.raises(ValueError, match="no choice 'every digit'"):
        choose(digits, "every digit", 1)
    with pytest.raises(ValueError, match="no digits of class 9"):
        one_of_each(digits.subset(slice(0, 4500)), 1)
