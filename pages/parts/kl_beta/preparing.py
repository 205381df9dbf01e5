"""What the page about KL and beta is asked for after its first view; one of the last things that a starting server does."""

from pages.common import host
from pages.parts.kl_beta import loaders


def warm_up() -> None:
    """Measure the networks that the page does not open with. Raises DatasetError, WeightsError."""
    for card in loaders.networks():
        loaders.stage(card.name), loaders.pictures(card.name, 1.0, 1, 3)
        if not host.pause():
            return
