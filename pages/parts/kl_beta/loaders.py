"""What the page about KL and beta shares among visitors, each computed once and kept while there is room."""

from dataclasses import dataclass

import streamlit as st

from core import weights
from core.config import ModelConfig, TrainConfig
from core.datasets import Digits
from core.divergence import beta, curve
from core.divergence.beta import Look, Pictures
from core.divergence.curve import Row
from core.maps import view as latent_view
from core.maps.view import Clusters, View
from core.pictures.choosing import one_of_each
from pages.common import loaders, loaders_map
from pages.common.loaders import Card

DEFAULT = "every-beta-vae-2"  # what the page opens with
SAMPLES = 10
FIRST_SEED = 8  # draw 1 should be of digits that everyone can read


@dataclass(frozen=True, eq=False)
class Stage:
    """What stays as it is while beta moves: the window on latent space, and what a blind decoder would reach."""

    view: View
    extent: float
    curve: list[Row]
    blind_mse: float


@dataclass(frozen=True, eq=False)
class Panel:
    """One shipped model among the maps that are set side by side."""

    name: str
    title: str
    view: View
    extent: float
    clusters: Clusters
    config: tuple[ModelConfig, TrainConfig]


def networks() -> list[Card]:
    """The shipped networks that serve every beta. Raises WeightsError."""
    shipped = weights.names()
    return [card for card in loaders.cards() if card.conditional and card.name in shipped]


@st.cache_resource(show_spinner=False)
def live() -> Digits:
    """The digits that are measured anew at every beta."""
    return beta.live_digits(loaders.digits())


@st.cache_resource(show_spinner="Measuring the network …", max_entries=8)
def stage(name: str) -> Stage:
    """An every-beta network's window on latent space and its curve over the held-out digits. Raises WeightsError."""
    rows = curve.stored(weights.entry(name).get("metrics", {}))
    if not rows:
        raise weights.CorruptWeightsError(
            f"the manifest lacks the curve of {name}. Run `python -m core.pretrain {name} --measure`."
        )
    view = latent_view.view_of(look(name, 1.0).codes.mu)
    widest = view.points(look(name, beta.LOWEST).codes.mu)
    return Stage(view, latent_view.extent(widest), rows, beta.best_constant_mse(live()))


@st.cache_resource(show_spinner=False, max_entries=128)
def look(name: str, at: float) -> Look:
    """An every-beta network at one beta on the live digits. Raises WeightsError."""
    return beta.look(loaders.model(name), live(), at)


@st.cache_resource(show_spinner=False, max_entries=64)
def pictures(name: str, at: float, draw: int, start: int | None) -> Pictures:
    """What the decoder draws at one beta: of the digits of a draw, of the prior, along every dimension. Raises WeightsError."""
    return beta.pictures(loaders.model(name), at, originals(draw).pixels(), SAMPLES, draw, start)


@st.cache_resource(show_spinner=False, max_entries=64)
def originals(draw: int) -> Digits:
    """One digit of each class, 0 to 9."""
    digits = loaders.digits()
    return digits.subset(one_of_each(digits, draw + FIRST_SEED))


@st.cache_resource(show_spinner=False, max_entries=16)
def panel(name: str) -> Panel:
    """How a shipped model's codes of the embedded digits lie. Raises WeightsError."""
    codes = loaders_map.codes(name)
    view = latent_view.view_of(codes.mu)
    extent = latent_view.extent(view.points(codes.mu))
    title = weights.entry(name)["title"]
    return Panel(name, title, view, extent, latent_view.clusters(codes), weights.configs(name))


@st.cache_resource(show_spinner=False)
def rates() -> dict[str, float]:
    """The rate of each shipped model that has one measured, in nats on the test set, by name. Raises WeightsError."""
    found = {name: weights.entry(name).get("metrics", {}).get("rate") for name in weights.names()}
    return {name: rate for name, rate in found.items() if rate is not None}


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    if DEFAULT in weights.names():
        stage(DEFAULT), pictures(DEFAULT, 1.0, 1, 3)
