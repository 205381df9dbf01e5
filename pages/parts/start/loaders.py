"""What the first page shares among visitors."""

from collections.abc import Callable

import pyarrow as pa
import streamlit as st
import torch

from core import weights
from core.config import model_config
from core.evaluation.batches import Model
from core.introduction import digit_space, leaving, outline
from core.introduction.digit_space import Carried, DigitSpace, Found
from core.introduction.inventory import Inventory, take
from core.introduction.leaving import Walk
from core.introduction.outline import Outline
from core.pictures.choosing import of_class
from pages.common import gallery, loaders
from pages.parts.start import charts

DECODERS = ("dense-vae-2", "every-beta-vae-2", "conv-vae-2")  # of a plane; the first that is shipped
BOUND = "every-beta-vae-16"  # the shipped model with the best bound on log p(x) of Bernoulli pixels
DRAW = 5  # of the digits that leave digit space
Tables = dict[str, pa.Table]


def decoder() -> str | None:
    """The model whose plane is shown; None if there is none. Raises WeightsError."""
    shipped = weights.names()
    return next((name for name in DECODERS if name in shipped), None)


@st.cache_resource(show_spinner=False)
def space() -> DigitSpace:
    """The map of digit space."""
    return digit_space.survey(loaders.digits())


@st.cache_resource(show_spinner="Carrying a Gaussian through the decoder …", max_entries=4)
def carried(name: str) -> tuple[Tables, Tables]:
    """The tables of the two charts. Raises WeightsError."""
    found: Carried = digit_space.carry(_model(name), space(), weights.load_judge())
    pictures = gallery.pngs(loaders.digits().images[space().examples])
    return charts.gaussian_tables(found), charts.space_tables(found, space(), pictures)


@st.cache_resource(show_spinner=False, max_entries=256)
def found(name: str, z1: float, z2: float) -> Found:
    """One decoded code and its nearest real digit. Raises WeightsError."""
    return digit_space.find(_model(name), space(), loaders.digits(), torch.tensor([z1, z2]))


@st.cache_resource(show_spinner=False, max_entries=32)
def walks(k: int) -> list[Walk]:
    """A digit of class k on its way out of digit space, and into a digit of the next class. Raises WeightsError."""
    digits = loaders.digits()
    x, other = (digits.pixels(of_class(digits, c, DRAW, 1))[0] for c in (k, (k + 1) % 10))
    return leaving.walks(_model(BOUND), x, other)


@st.cache_resource(show_spinner=False)
def outlines() -> dict[str, tuple[str, Outline]]:
    """By architecture: the title of the first shipped model of it, and its layers. Raises WeightsError."""
    shown: dict[str, tuple[str, Outline]] = {}
    for name in weights.names():
        entry = weights.entry(name)
        shown.setdefault(entry["model"]["architecture"], (entry["title"], outline.outline(model_config(entry["model"]))))
    return shown


@st.cache_resource(show_spinner=False)
def inventory() -> Inventory:
    """The digits and the weights in use. Raises WeightsError."""
    return take()


def draw_at(name: str) -> Callable[[int], tuple[float, float]]:
    """From a draw's number to its place in the plane."""
    table = carried(name)[0]["draws"]
    return lambda i: (table["x"][i].as_py(), table["y"][i].as_py())


def _model(name: str) -> Model:
    model = loaders.model(name)
    return model.at(1.0) if model.conditional else model


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    if (name := decoder()) is not None:
        carried(name)
    outlines()
