"""The digit that a latent map looks at: one of the embedded ones by its number, or the visitor's own."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from core import reading
from core.evaluation import Codes
from core.maps.neighbours import Neighbours, nearest, nearest_to
from core.models import Posterior
from pages.common import loaders, own_digit
from pages.parts.latent_map.pickers import MapPickers

NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class MapDigit:
    """A digit with its place in latent space and its neighbours there."""

    name: str  # in the middle of a sentence
    image: Tensor  # (1, 1, 28, 28) in [0, 1]
    label: int | None  # its class; None for one's own
    row: int | None  # among the embedded digits; None for one's own
    posterior: Posterior  # (1, D)
    near: Neighbours

    @property
    def mu(self) -> Tensor:
        """(D,)."""
        return self.posterior.mu[0]


def pick_digit(prefix: str, pick: MapPickers, model: str, codes: Codes) -> MapDigit:
    """The digit that is looked at: the numbered one, or the visitor's own while that is switched on."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = pick.digit(len(codes))
        own = own_digit.instead(prefix, pick)
    if own is not None:
        image = own.pixels()
        found = reading.posterior(loaders.model(model), image)
        near = nearest_to(codes.mu, found.mu[0], NEIGHBOURS)
        return MapDigit(own.names[0], image, None, None, found, near)
    digits, near = loaders.digits(), nearest(codes.mu, row, NEIGHBOURS)
    here = slice(row, row + 1)
    label = int(digits.labels[row])
    return MapDigit(f"digit {row}, a {label}", digits.pixels(here), label, row, codes.subset(here).posterior, near)
