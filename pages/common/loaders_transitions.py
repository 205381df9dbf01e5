"""What the walks of all visitors share, each computed once and kept while there is room."""

import streamlit as st

from core import weights
from core.comparison import metrics
from core.config import ModelConfig, TrainConfig
from core.evaluation import Purity, path_purity
from core.maps import path
from core.maps.path import Backdrop
from core.walks import pairs, transitions
from core.walks.transitions import Terrain, Transition, Walk
from pages.common import aside, loaders, loaders_map, own

DEFAULT = ("conv-vae-16", "multistage-vae-16")


@st.cache_resource(show_spinner=False)
def real_sharpness() -> float:
    """What the sharpness of a frame is measured in: the embedded digits' own."""
    return transitions.mean_sharpness(loaders.digits())


@st.cache_resource(show_spinner=False, max_entries=40)
def terrain(name: str) -> Terrain:
    """A model's codes of the embedded digits, their centroids and their map. Raises WeightsError."""
    return transitions.survey(loaders_map.codes(name))


@st.cache_resource(show_spinner=False, max_entries=24)
def backdrop(name: str) -> Backdrop:
    """The codes on the map, as the player takes them. Raises WeightsError."""
    return path.backdrop(terrain(name))


@st.cache_resource(show_spinner=False, max_entries=100)
def walked(name: str, walk: Walk) -> Transition:
    """A model's walk. Raises WeightsError, and ValueError where there is no such path."""
    return transitions.take(walk, loaders.model(name), terrain(name), loaders.judge(), real_sharpness())


@st.cache_resource(show_spinner="Decoding and judging 4,500 frames …", max_entries=48)
def purity(name: str, method: str) -> Purity:
    """All 45 pairs of classes at 100 frames each. Raises WeightsError, and ValueError where a pair has no such path."""
    if name in weights.names() and (found := pairs.stored(name, method)) is not None:
        return found
    model, centroids, labeller = loaders.model(name), terrain(name).centroids, loaders.judge()
    return aside.computed(
        ("purity", name, method), lambda: path_purity(model, centroids, labeller, method=method), loaders.still_here
    )


def configuration(name: str) -> tuple[ModelConfig, TrainConfig]:
    """How a model was built and trained. Raises WeightsError."""
    mine = own.models().get(name)
    return _shipped_configuration(name) if mine is None else (mine.model.config, mine.train)


@st.cache_resource(show_spinner=False, max_entries=40)
def _shipped_configuration(name: str) -> tuple[ModelConfig, TrainConfig]:
    return weights.configs(name)


@st.cache_resource(show_spinner=False, max_entries=100)
def measured(name: str, method: str) -> tuple[float, ...]:
    """Third-class shares on MNIST's test digits, from the manifest: of a shipped model and those that differ in the seed alone.

    The model itself comes first; those that have not been measured are left out. Raises WeightsError.
    """
    shipped, key = weights.manifest()["models"], f"{method}_third_class_share"
    found = [shipped[other].get("metrics", {}) for other in metrics.family(name, shipped)]
    return tuple(shares[key] for shares in found if key in shares)


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    shipped = {card.name for card in loaders.cards()}
    for name in DEFAULT:
        if name in shipped:
            backdrop(name)
            walked(name, Walk((0, 1)))
