"""What the comparisons of all visitors share, each computed once and kept while there is room.

A model is named by its name and, for a network that serves every beta, by that beta. `few` says whether it is measured on the
1,000 digits that no model at all was trained on, or on all 5,000 that are embedded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from core import weights
from core.comparison import classes, metrics
from core.comparison.classes import Reader
from core.comparison.sides import Gaussian, Side, fitted_gaussian
from core.datasets import Digits
from core.evaluation import Classification, Codes, encode_set
from core.evaluation.batches import Model
from core.maps import view as latent_view
from core.maps.view import View
from core.models import parameter_count
from core.running.worker import watched_digits, watched_rows
from core.walks import transitions
from core.walks.transitions import Terrain, Transition, Walk
from pages.common import aside, loaders, loaders_map, own
from pages.common import loaders_transitions as walks

DEFAULT = ("conv-vae-16", "multistage-vae-16")


@dataclass(frozen=True)
class Contender:
    """One of the models on the page; `key` tells it from the others there."""

    key: str
    name: str
    title: str
    latent_dim: int
    beta: float | None  # of a network that serves every beta


@st.cache_resource(show_spinner=False)
def unseen() -> Digits:
    """The 1,000 embedded digits that no model was trained on, a visitor's own included."""
    return watched_digits()


@st.cache_resource(show_spinner=False)
def unseen_rows() -> Tensor:
    """Where those stand among the embedded digits: (1000,) int64."""
    return watched_rows(loaders.digits())


def digits(few: bool) -> Digits:
    """What the models are measured on."""
    return unseen() if few else loaders.digits()


def needs_unseen(contenders: Sequence[Contender]) -> bool:
    """Whether one of them has been trained on embedded digits, or has to be measured anew at every beta."""
    embedded = len(loaders.digits())
    return any(c.beta is not None or side(c).images <= embedded for c in contenders)


def model(name: str, beta: float | None) -> Model:
    """The model, at that beta if it serves every one. Raises WeightsError."""
    found = loaders.model(name)
    return found if beta is None else found.at(beta)


def side(contender: Contender) -> Side:
    """How a model was built and trained. Raises WeightsError."""
    config, train = walks.configuration(contender.name)
    mine = own.models().get(contender.name)
    images = _facts(contender.name)["images"] if mine is None else mine.facts.images
    return Side(config, train, images, contender.beta)


def parameters(name: str) -> int:
    """Of a model, the numbers that training adjusted. Raises WeightsError."""
    return parameter_count(loaders.model(name))


def training_time(name: str) -> float:
    """In seconds. Raises WeightsError."""
    mine = own.models().get(name)
    return _facts(name)["seconds"] if mine is None else mine.facts.seconds


@st.cache_resource(show_spinner=False, max_entries=40)
def _facts(name: str) -> dict[str, float]:
    return weights.entry(name)["facts"]


@st.cache_resource(show_spinner=False, max_entries=64)
def test_metrics(name: str, beta: float | None) -> tuple[dict[str, float], list[dict[str, float]]] | None:
    """A shipped model's metrics on MNIST's 10,000 test digits, and those of every training of its recipe, its own first.

    None for what has no such numbers: a visitor's own models, and a network for every beta at another beta than 1. Raises
    WeightsError.
    """
    shipped = weights.manifest()["models"]
    found = [shipped[other].get("metrics") for other in metrics.family(name, shipped)]
    if not found or not found[0] or beta not in (None, 1.0):
        return None
    return found[0], [sibling for sibling in found if sibling]


@st.cache_resource(show_spinner="Encoding digits …", max_entries=48)
def codes(name: str, beta: float | None, few: bool) -> Codes:
    """A model's codes. Raises WeightsError."""
    if beta is None and not few:
        return loaders_map.codes(name)
    return encode_set(model(name, beta), digits(few))


@st.cache_resource(show_spinner=False, max_entries=48)
def view(name: str, beta: float | None, few: bool) -> View:
    """A flat window on a model's codes. Raises WeightsError, and ValueError for a code of one number."""
    return latent_view.view_of(codes(name, beta, few).mu)


@st.cache_resource(show_spinner=False, max_entries=48)
def gaussian(name: str, beta: float | None, few: bool) -> Gaussian:
    """The Gaussian fitted to a model's codes. Raises WeightsError."""
    return fitted_gaussian(codes(name, beta, few).mu)


@st.cache_resource(show_spinner="Reading classes …", max_entries=48)
def read(name: str, beta: float | None, few: bool, reader: Reader) -> Classification:
    """The class of every digit. Raises WeightsError, and TypeError for a model without the head that is to read it."""
    found = codes(name, beta, few)
    if reader == "neighbours":
        return classes.by_neighbours(found)
    if reader == "head":
        return classes.by_head(model(name, beta), digits(few), found)
    return classes.by_judge(model(name, beta), digits(few), found, loaders.judge())


def terrain(name: str, beta: float | None, few: bool) -> Terrain:
    """What a walk passes. Raises WeightsError, and ValueError for a code of one number."""
    return walks.terrain(name) if beta is None and not few else _terrain(name, beta, few)


@st.cache_resource(show_spinner="Encoding digits …", max_entries=24)
def _terrain(name: str, beta: float | None, few: bool) -> Terrain:
    return transitions.survey(encode_set(model(name, beta), digits(few)))


def walked(name: str, beta: float | None, few: bool, walk: Walk) -> Transition:
    """A model's walk. Raises WeightsError, and ValueError where there is no such path."""
    return walks.walked(name, walk) if beta is None and not few else _walked(name, beta, few, walk)


@st.cache_resource(show_spinner=False, max_entries=60)
def _walked(name: str, beta: float | None, few: bool, walk: Walk) -> Transition:
    return transitions.take(walk, model(name, beta), _terrain(name, beta, few), loaders.judge(), walks.real_sharpness())


@st.cache_resource(show_spinner="Measuring …", max_entries=64)
def measured(name: str, beta: float | None) -> dict[str, float]:
    """What is quickly measured, on the 1,000 unseen digits. Raises WeightsError."""
    return metrics.measure(model(name, beta), unseen(), codes(name, beta, True))


@st.cache_resource(show_spinner="Walking all 45 paths and judging draws …", show_time=True, max_entries=64)
def measured_generator(name: str, beta: float | None) -> dict[str, float]:
    """What takes seconds. Raises WeightsError."""
    given = model(name, beta), unseen(), codes(name, beta, True), loaders.judge()
    return aside.computed(("generator", name, beta), lambda: metrics.measure_generator(*given), loaders.still_here)


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    shipped = weights.names()
    for name in DEFAULT:
        if name in shipped:
            loaders.model(name), test_metrics(name, None)
    unseen()
