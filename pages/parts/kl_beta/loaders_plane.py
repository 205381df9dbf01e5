"""What the maps need in the browser: of an every-beta network at each beta, and of the models that are set side by side."""

import streamlit as st
from torch import Tensor

from core import reading
from core.divergence import beta
from core.divergence.one_digit import OneDigit
from core.maps import cuts
from core.maps.cuts import Cut, Spread
from pages.common import loaders, loaders_map, loaders_plane
from pages.common.shelf import File
from pages.parts.kl_beta import loaders as ground


@st.cache_resource(show_spinner=False, max_entries=256)
def cut_and_codes(name: str, at: float) -> tuple[Cut, File]:
    """The codes of the live digits at one beta, on the network's plane. Raises WeightsError."""
    return loaders_plane.on_view(ground.look(name, at).codes, ground.stage(name).view, beta.live_rows(loaders.digits()))


@st.cache_resource(show_spinner=False, max_entries=256)
def spreads(name: str, at: float, draw: int, start: int) -> tuple[Spread, ...]:
    """The posterior of one of a draw's ten digits at one beta, on the network's plane. Raises WeightsError."""
    x = ground.originals(draw).pixels(slice(start, start + 1))
    return cuts.spreads(cut_and_codes(name, at)[0], reading.posterior(loaders.model(name).at(at), x))


def widest(name: str, own: OneDigit) -> Tensor:
    """The visitor's own digit's mu at the smallest beta, where codes lie furthest out: (1, D). Raises WeightsError."""
    return reading.posterior(loaders.model(name).at(beta.LOWEST), own.image[None, None]).mu


@st.cache_resource(show_spinner=False, max_entries=16)
def panel_cut_and_codes(name: str) -> tuple[Cut, File]:
    """The codes of all embedded digits, on the plane of `loaders.panel`. Raises WeightsError."""
    return loaders_plane.on_view(loaders_map.codes(name), ground.panel(name).view)
