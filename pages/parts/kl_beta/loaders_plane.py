"""What the maps need in the browser: of an every-beta network at each beta, and of the models that are set side by side."""

import streamlit as st
from torch import Tensor

from core import reading
from core.divergence import beta
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
    posterior = reading.posterior(loaders.model(name).at(at), original(draw, start))
    return cuts.spreads(cut_and_codes(name, at)[0], posterior)


def original(draw: int, k: int) -> Tensor:
    """The digit of class k among a draw's ten: (1, 1, 28, 28) in [0, 1]."""
    return ground.originals(draw).pixels(slice(k, k + 1))


@st.cache_resource(show_spinner=False, max_entries=16)
def panel_cut_and_codes(name: str) -> tuple[Cut, File]:
    """The codes of all embedded digits, on the plane of `loaders.panel`. Raises WeightsError."""
    return loaders_plane.on_view(loaders_map.codes(name), ground.panel(name).view)
