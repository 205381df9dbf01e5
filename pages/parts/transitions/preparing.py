"""What a visitor who walks with another model, or between all pairs, would wait for, made while a starting server is idle."""

from pages.common import host, loaders
from pages.common import loaders_transitions as ground

PAUSE = 0.2  # seconds after each model, for whoever is there already
LARGEST = 100  # numbers; 5,000 codes of 784 take 16 MB, and few will ask for them


def warm_up() -> None:
    """The map of walks of every shipped model but a very large code's, and the 45 pairs of the first ones.

    Raises DatasetError, WeightsError.
    """
    names = [card.name for card in loaders.cards() if 1 < card.latent_dim <= LARGEST and not card.conditional]
    for name in names:
        ground.backdrop(name)
        if name in ground.DEFAULT:
            ground.purity(name, "linear")
        if host.leaving.wait(PAUSE):
            return
