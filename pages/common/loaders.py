"""What all visitors share: digits, models and the manifest, each read once per process. Nobody may change them."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch

from core import datasets, weights
from core.models import ARCHITECTURES, Autoencoder, Judge
from pages.common import charts, own

WARM = ("dense-ae-30", "conv-ae-30", "multistage-vae-16")  # what the page Reconstruction opens with


@dataclass(frozen=True)
class Card:
    """What a page says about a shipped model before loading it."""

    name: str
    title: str
    latent_dim: int
    mse: float | None  # on the 10,000 digits of the test set; None until it has been measured
    conditional: bool  # serves every beta and is used through .at(beta)


@dataclass(frozen=True)
class BaselineErrors:
    """Test MSE of what an autoencoder has to beat."""

    mean_image: float
    class_mean: float
    pca: dict[int, float]  # by code size


@st.cache_resource(show_spinner=False)
def digits() -> datasets.Digits:
    """The 5,000 embedded digits, none of which a shipped model was trained on."""
    return datasets.embedded()


def still_here() -> None:
    """For a visitor's run that waits: raises what Streamlit ends a run with, if the visitor has left or asked for another."""
    _ = "anything" in st.session_state  # Streamlit looks whenever the session is looked at


def model(name: str) -> Autoencoder:
    """A shipped autoencoder, or one of the visitor's own. Raises WeightsError."""
    mine = own.models().get(name)
    return _shipped(name) if mine is None else mine.model


@st.cache_resource(show_spinner=False, max_entries=40)
def _shipped(name: str) -> Autoencoder:
    return weights.load(name)


@st.cache_resource(show_spinner=False)
def judge() -> Judge:
    """The classifier of images that had no part in training any model. Raises WeightsError."""
    return weights.load_judge().to(memory_format=torch.channels_last)  # the same network, 2.4 times as fast


def cards() -> tuple[Card, ...]:
    """The visitor's own autoencoders and the shipped ones, those with small codes first. Raises WeightsError."""
    mine = [
        Card(key, found.facts.title, found.model.config.latent_dim, None, found.model.conditional)
        for key, found in own.models().items()
    ]
    return (*mine, *_shipped_cards())


@st.cache_resource(show_spinner=False)
def _shipped_cards() -> tuple[Card, ...]:
    found = []
    for name in weights.names():
        entry = weights.entry(name)
        config = entry["model"]
        conditional = ARCHITECTURES[config["architecture"]].conditional
        mse = entry.get("metrics", {}).get("mse")
        found.append(Card(name, entry["title"], config["latent_dim"], mse, conditional))
    return tuple(sorted(found, key=lambda card: card.latent_dim))  # stable: the manifest's order within a size


@st.cache_resource(show_spinner=False)
def baselines() -> BaselineErrors:
    """Test MSE of the mean image, the class means and PCA, from the manifest. Raises WeightsError."""
    try:
        found = weights.manifest()["baselines"]["metrics"]
        pca = {int(size): mse for size, mse in found["pca_mse"].items()}
        return BaselineErrors(found["mean_image_mse"], found["class_mean_mse"], pca)
    except KeyError as error:
        raise weights.CorruptWeightsError(
            f"the manifest lacks {error} of the baselines. Run `python -m core.pretrain`."
        ) from error


@st.cache_data(show_spinner=False, max_entries=300)
def error_bars(names: tuple[str, ...]) -> dict[str, Any] | None:
    """The chart of these models' test errors as a Vega-Lite specification, or None if none of them is measured.

    Altair takes 0.1 s to build and check a chart, several times what the models need for the pictures above it.
    """
    cards, errors = {card.name: card for card in _shipped_cards()}, baselines()
    chosen = [cards[name] for name in names if name in cards and cards[name].mse is not None]
    bars = [charts.Bar(card.title, card.mse, errors.pca.get(card.latent_dim)) for card in chosen]
    lines = {"class mean": errors.class_mean, "mean image": errors.mean_image}
    return charts.error_bars(bars, lines) if bars else None


def warm_up() -> None:
    """Load what the first visitor would wait for. Raises DatasetError, WeightsError."""
    digits(), error_bars(WARM)
    shipped = {card.name for card in _shipped_cards()}
    for name in WARM:
        if name in shipped:
            _shipped(name)
