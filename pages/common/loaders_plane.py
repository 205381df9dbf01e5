"""What latent planes in the browser need, made once: networks, codes and digits as files."""

import streamlit as st
import torch

from core import weights
from core.evaluation import Codes
from core.maps import browser_files, cuts
from core.maps import scene as map_scene
from core.maps.cuts import Cut
from core.maps.scene import Scene
from core.maps.view import View
from pages.common import loaders, shelf
from pages.common import loaders_map as ground
from pages.common import loaders_transitions as walks
from pages.common.shelf import File


@st.cache_resource(show_spinner=False, max_entries=24)
def decoder(name: str) -> File:
    """A model's decoder. Raises WeightsError, and NoBrowserError where `not_decoded` has a sentence."""
    return shelf.file(name, browser_files.decoder_file(loaders.model(name)))


def not_decoded(name: str) -> str:
    """Why a browser cannot decode with this model, in a sentence; "" if it can. Raises WeightsError."""
    try:
        decoder(name)
    except browser_files.NoBrowserError as error:
        return str(error)
    return ""


@st.cache_resource(show_spinner=False)
def judge() -> File:
    """The judge. Raises WeightsError."""
    return shelf.file("judge", browser_files.judge_file(weights.load_judge()))


@st.cache_resource(show_spinner=False)
def digits() -> File:
    """The 5,000 embedded digits. Raises DatasetError."""
    return shelf.file("digits", browser_files.digits_file(loaders.digits().images))


@st.cache_resource(show_spinner=False, max_entries=256)
def modulation(name: str, beta: float) -> File:
    """What an every-beta network's decoder is scaled and shifted by at one beta. Raises WeightsError."""
    return shelf.file(f"{name}-film", browser_files.modulation_file(loaders.model(name), beta))


@st.cache_resource(show_spinner=False, max_entries=64)
def codes(_scene: Scene, _cut: Cut, key: str) -> File:
    """A scene's codes on a plane, with its thumbnails; `key` names scene and plane."""
    return codes_of(_scene, _cut)


def codes_of(scene: Scene, cut: Cut) -> File:
    """The same for a plane that nobody else will look at."""
    off = None if cut.off is None else cut.off[scene.rows]
    return shelf.file(
        "codes", browser_files.codes_file(scene.places, scene.labels, scene.rows, off, scene.thumbnails, scene.gaps)
    )


def on_view(codes: Codes, view: View, rows: torch.Tensor | None = None) -> tuple[Cut, File]:
    """Codes on a window on latent space, as the browser takes them; `rows`, (N,), says which embedded digits they are of.

    Without `rows` they are of all of them. Not kept: who calls this keeps it under a name.
    """
    cut = cuts.dropped(codes.mu, view.origin, view.axes)
    rows = torch.arange(len(codes)) if rows is None else rows
    return cut, shelf.file("codes", browser_files.codes_file(cut.points, codes.labels, rows, None if view.flat else cut.off))


@st.cache_resource(show_spinner=False, max_entries=64)
def cut(name: str, pair: tuple[int, int] = (0, 1), through: int | None = None) -> Cut:
    """A model's latent plane, or one along two principal directions through the mean code or the code of a digit.

    Raises WeightsError, and ValueError as `core.maps.cuts.principal`.
    """
    mu = ground.codes(name).mu
    if mu.shape[1] == 2:
        return cuts.whole(mu)
    return cuts.principal(mu, pair, None if through is None else mu[through])


@st.cache_resource(show_spinner=False, max_entries=64)
def scene(name: str, pair: tuple[int, int], through: int | None) -> Scene:
    """The map on `cut`. Raises as `cut`."""
    return map_scene.on_cut(cut(name, pair, through), loaders.digits().labels, pair)


@st.cache_resource(show_spinner=False, max_entries=24)
def terrain(name: str) -> tuple[Cut, File]:
    """The map on which a model's walks are drawn, and the codes of all digits on it. Raises WeightsError."""
    found = walks.terrain(name)
    cut = cuts.dropped(found.codes.mu, found.origin, found.axes)
    off = None if found.share is None else cut.off
    rows = torch.arange(len(found.codes))
    return cut, shelf.file("codes", browser_files.codes_file(cut.points, found.codes.labels, rows, off))


def warm_up() -> None:
    """What the first map waits for. Raises DatasetError, WeightsError."""
    digits(), judge()
    if ground.DEFAULT in weights.names():
        decoder(ground.DEFAULT)
