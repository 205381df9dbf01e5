"""What a visitor who walks with another model, or between all pairs, would wait for, made while a starting server is idle."""

from pages.common import host, loaders, loaders_map
from pages.common import loaders_transitions as ground


def warm_up() -> None:
    """The map of walks of every shipped model but a very large code's. Raises DatasetError, WeightsError."""
    names = [card.name for card in loaders.cards() if 1 < card.latent_dim <= loaders_map.LARGEST and not card.conditional]
    for name in names:
        ground.backdrop(name)
        if not host.pause():
            return
