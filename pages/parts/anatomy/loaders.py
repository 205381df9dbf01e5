"""What the page Anatomy keeps: fresh networks, which all visitors share, and the private copies that are stepped."""

from uuid import uuid4

import streamlit as st
import torch

from core import weights
from core.anatomy import flow
from core.anatomy.flow import Anatomy
from core.anatomy.tug_of_war import Pull, Trainee
from core.config import ModelConfig, Objective, Scale, TrainConfig
from core.models import Autoencoder, build
from pages.common import loaders, own
from pages.common.loaders import Card
from pages.parts.anatomy.trainees import Trainees

DEFAULT = "conv-vae-2"
FRESH_SEED = 0
FRESH = {
    "fresh-conv-vae-2": ("Untrained VAE, 2-d", ModelConfig("conv-vae", 2)),
    "fresh-multistage-vae-16": ("Untrained multi-stage VAE, 16-d", ModelConfig("multistage-vae", 16)),
    "fresh-conv-ae-2": ("Untrained convolutional AE, 2-d", ModelConfig("conv-ae", 2, (32, 64, 128))),
}


def cards() -> list[Card]:
    """The networks that the diagram has room for: the visitor's own, shipped and untrained ones. Raises WeightsError."""
    fresh = [Card(name, title, config.latent_dim, None, False) for name, (title, config) in FRESH.items()]
    return [card for card in loaders.cards() if not card.conditional and _drawable(card)] + fresh


def _drawable(card: Card) -> bool:
    mine = own.models().get(card.name)
    return _shipped_drawable(card.name) if mine is None else flow.can_be_drawn(mine.model)


@st.cache_resource(show_spinner=False, max_entries=100)
def _shipped_drawable(name: str) -> bool:
    with torch.device("meta"):  # its layers, without its weights
        return flow.can_be_drawn(build(weights.configs(name)[0]))


def model(name: str) -> Autoencoder:
    """A network of `cards`, shared and never changed. Raises WeightsError."""
    return _fresh(name) if name in FRESH else loaders.model(name)


@st.cache_resource(show_spinner=False)
def _fresh(name: str) -> Autoencoder:
    return build(FRESH[name][1], FRESH_SEED).eval().requires_grad_(False)


def training_of(name: str) -> TrainConfig | None:
    """How a network was trained; None if it was not. Raises WeightsError."""
    if name in FRESH:
        return None
    mine = own.models().get(name)
    return weights.configs(name)[1] if mine is None else mine.train


def dissected(network: Autoencoder, x: torch.Tensor, label: int, seed: int, objective: Objective) -> Anatomy:
    """One digit (1, 1, 28, 28) on its way through a network, with the noise of that seed."""
    return flow.dissect(network, x, label, flow.draw_noise(seed, network.config.latent_dim), objective)


def pull(name: str, scale: Scale) -> Pull:
    """What would pull in the first step of a network, unweighted. Raises WeightsError."""
    if name in own.models():
        return Trainee(model(name), loaders.digits()).pull(scale)
    return _pull(name, scale)


@st.cache_resource(show_spinner=False, max_entries=60)
def _pull(name: str, scale: Scale) -> Pull:
    return Trainee(model(name), loaders.digits()).pull(scale)


def trainee(name: str, reset: int) -> Trainee:
    """This visitor's private copy of a network, as it was left or, after another reset, as it starts. Raises WeightsError."""
    visitor = _present(st.session_state.setdefault("ana-visitor", uuid4().hex))
    return _trainees().get((visitor, name, reset), lambda: Trainee(model(name), loaders.digits()))


@st.cache_resource(show_spinner=False)
def _trainees() -> Trainees:
    return Trainees()


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda visitor: _trainees().release(visitor))
def _present(visitor: str) -> str:
    """This visitor's name among the copies. When the tab is closed, the visitor's copies go."""
    return visitor


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    if DEFAULT in weights.names():
        model(DEFAULT)
        _pull(DEFAULT, "notebook")
