"""What the latent maps of all visitors share, each computed once and kept while there is room."""

from typing import Any

import streamlit as st
import torch

from core import weights
from core.evaluation import Baselines, CentroidReport, Codes, centroid_report, encode_set, knn_accuracy
from core.maps import manifold, projection, scene
from core.maps.manifold import Spacing
from core.maps.neighbours import kept_on_map
from core.maps.projection import How, Plane
from core.maps.scene import Scene
from core.maps.tsne import PERPLEXITY, SEED
from core.pictures.images import png_bytes
from pages.common import charts_map, loaders
from pages.common.charts_map import Tables
from pages.common.projecting import Places, Projector, Report

DEFAULT = "dense-vae-2"  # what the page opens with
GRID = 20  # digits along each side of a decoded plane
LARGEST = 100  # numbers of a code that is made before it is asked for; 5,000 of 784 take 16 MB, and few will ask for them


@st.cache_resource(show_spinner="Encoding 5,000 digits …", max_entries=40)
def codes(name: str) -> Codes:
    """The embedded digits' codes: a model's (an every-beta network's at beta = 1), or "pca-D". Raises WeightsError."""
    digits = loaders.digits()
    if size := projection.pca_size(name):
        return Codes(_baselines().pca_codes(digits.pixels(), size), None, digits.labels)
    return encode_set(loaders.model(name), digits)


@st.cache_resource(show_spinner=False)
def _baselines() -> Baselines:
    return weights.load_baselines()


def ready(name: str, how: How) -> Scene | None:
    """A model's map if it is there or quickly made; None for a t-SNE that has to be waited for. Raises WeightsError."""
    if how.method == "as it is":
        return flat(name)
    if how.method == "PCA":
        return _by_pca(name)
    if how == How("t-SNE") and (found := _stored_tsne(name)) is not None:
        return found
    kept = projector().kept((name, how))
    return None if kept is None else _live_tsne(name, how, kept)


def awaited(name: str, how: How, report: Report) -> Scene:
    """A t-SNE of 2,000 digits, made while `report` is told how far it is. Raises WeightsError, ProjectionError."""
    chosen = codes(name).mu[projection.live_subset(loaders.digits().labels)]
    return _live_tsne(name, how, projector().map_of((name, how), chosen.numpy(), how.perplexity, how.seed, report))


@st.cache_resource(show_spinner=False, max_entries=64)
def flat(name: str) -> Scene:
    """The map of a code of one or two numbers. Raises WeightsError."""
    return scene.as_it_is(codes(name).mu, codes(name).labels)


@st.cache_resource(show_spinner=False, max_entries=64)
def _by_pca(name: str) -> Scene:
    return scene.by_pca(codes(name).mu, codes(name).labels)


@st.cache_resource(show_spinner=False, max_entries=64)
def _stored_tsne(name: str) -> Scene | None:
    if projection.pca_size(name) is None and name not in weights.names():
        return None  # a visitor's own
    places = projection.stored(name, PERPLEXITY, SEED)
    return None if places is None else scene.by_tsne(places, torch.arange(len(places)), loaders.digits().labels)


@st.cache_resource(show_spinner=False, max_entries=64)
def _live_tsne(name: str, how: How, _places: Places) -> Scene:
    labels = loaders.digits().labels
    return scene.by_tsne(torch.from_numpy(_places), projection.live_subset(labels), labels)


@st.cache_resource(show_spinner=False)
def projector() -> Projector:
    """The one place on this server where t-SNE runs."""
    return Projector()


def key_of(name: str, how: How) -> str:
    """The name of a model's map for `tables` and `kept`."""
    return f"{name} {how}"


@st.cache_resource(show_spinner=False, max_entries=64)
def tables(_scene: Scene, key: str) -> Tables:
    """A scene's data as the chart takes them; `key` names the scene."""
    images = loaders.digits().images[_scene.rows[_scene.thumbnails]]
    return charts_map.tables(_scene, [png_bytes(image) for image in images.numpy()])


@st.cache_resource(show_spinner=False, max_entries=64)
def kept(_scene: Scene, key: str, name: str) -> float:
    """The share of the 10 nearest codes that a scene keeps side by side; `key` names the scene, `name` the model."""
    return kept_on_map(codes(name).mu[_scene.rows], _scene.places)


@st.cache_resource(show_spinner=False, max_entries=64)
def centroids(name: str) -> CentroidReport:
    """Where a model's classes lie. Raises WeightsError."""
    return centroid_report(codes(name))


@st.cache_resource(show_spinner=False, max_entries=64)
def matrix(name: str) -> dict[str, Any]:
    """The chart of the distances between a model's centroids. Raises WeightsError."""
    return charts_map.distances(centroids(name).distances, centroids(name).nearest)


@st.cache_resource(show_spinner=False, max_entries=64)
def separation(name: str) -> float:
    """kNN accuracy of a code, each half of the embedded digits labelled by the other. Raises WeightsError."""
    return knn_accuracy(codes(name))


@st.cache_resource(show_spinner=False, max_entries=64)
def _plane(name: str) -> Plane:
    return projection.pca_plane(codes(name).mu)


@st.cache_resource(show_spinner="Decoding 400 codes …", max_entries=48)
def decoded(name: str, spacing: Spacing) -> tuple[manifold.CodeGrid, bytes]:
    """A two-number code's plane decoded, or the plane of largest variance of a larger one; the picture as a PNG.

    Raises WeightsError, and ValueError for codes that are all alike and for a prior's grid of more than two numbers.
    """
    mu = codes(name).mu
    grid = manifold.grid_of(mu, spacing, GRID, _plane(name) if mu.shape[1] > 2 else None)
    return grid, png_bytes(manifold.decoded(loaders.model(name), grid))


def warm_up() -> None:
    """The default view, before the first visitor asks for it. Raises DatasetError, WeightsError."""
    if DEFAULT in weights.names():
        flat = How("as it is")
        for name in (DEFAULT, "pca-2"):
            tables(ready(name, flat), key_of(name, flat))
            separation(name)
        matrix(DEFAULT), decoded(DEFAULT, "prior")
