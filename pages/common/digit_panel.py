"""Beside the map: the picked digit, what the model makes of it, and the digits whose codes are nearest."""

import streamlit as st

from core.evaluation import Codes
from core.map_scene import Scene
from core.neighbours import Neighbours, still_near
from core.reconstruction import reconstruct
from pages.common import gallery, loaders
from pages.common.gallery import Row

NEIGHBOURS = 10
_LARGE = "<style>.st-key-map-pair .gallery { --side: 112px; }</style>"


def show(name: str, codes: Codes, scene: Scene, row: int, near: Neighbours) -> None:
    """Draw digit number `row` of the embedded ones with its reconstruction, then its neighbours."""
    digits = loaders.digits()
    label = int(digits.labels[row])
    found = reconstruct(loaders.model(name), digits.pixels(slice(row, row + 1)))
    pictures = [*gallery.pngs(digits.images[row : row + 1]), *gallery.pngs(found.images)]
    notes = [f"MSE {found.mean_mse:.4f}"]
    if found.predicted is not None:
        notes.append(f"class read off its code: {int(found.predicted[0])}")
    if codes.mu.shape[1] <= 2:
        notes.append(f"code ({', '.join(f'{value:.2f}' for value in codes.mu[row].tolist())})".replace("-", "−"))
    names = [f"digit {row}, a {label}", f"its reconstruction, MSE {found.mean_mse:.4f}"]
    gallery.show([Row(f"Digit {row}, a {label}", notes, pictures, names, ["the digit", "drawn from its code"])], key="map-pair")
    st.html(_LARGE)

    classes = digits.labels[near.positions].tolist()
    captions = [f"{k} at {distance:.2g}" for k, distance in zip(classes, near.distances.tolist(), strict=True)]
    names = [f"digit {i}, a {k}" for i, k in zip(near.positions.tolist(), classes, strict=True)]
    pictures = gallery.pngs(digits.images[near.positions])
    same = sum(k == label for k in classes)
    notes = [f"{same} of {len(classes)} are a {label}", "below: class, distance of the codes"]
    gallery.show([Row(f"Its {len(classes)} nearest codes", notes, pictures, names, captions)], key="map-near")
    st.caption(_on_map(codes, scene, row))


def _on_map(codes: Codes, scene: Scene, row: int) -> str:
    """What the rings on the map stand for, and how far they can be trusted."""
    if scene.position(row) is None:
        return f"This map was made of {len(scene.rows):,} digits and this one is not among them; the rings are its neighbours."
    rings = "On the map the large ring is the digit, the small ones are its nearest codes"
    if codes.mu.shape[1] <= 2:
        return f"{rings}."
    if len(scene.rows) < len(codes):
        return f"{rings}, as far as they are on it."
    kept = still_near(codes.mu, scene.places, row, NEIGHBOURS)
    return f"{rings}; only {kept} of the {NEIGHBOURS} are also its {NEIGHBOURS} nearest *on the map*."
