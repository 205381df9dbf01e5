"""Beside the map: the picked digit, what the model makes of it, and the digits whose codes are nearest."""

import streamlit as st

from core.evaluation import Codes
from core.maps.neighbours import still_near
from core.maps.scene import Scene
from core.reconstruction import reconstruct
from pages.common import gallery, loaders
from pages.common.gallery import Row
from pages.parts.latent_map.map_digit import NEIGHBOURS, MapDigit


def show(name: str, codes: Codes, scene: Scene, digit: MapDigit, marked: bool = True) -> None:
    """Draw the digit with its reconstruction, then its neighbours; `marked` if its place is on the map."""
    digits = loaders.digits()
    found = reconstruct(loaders.model(name), digit.image)
    pictures = [*gallery.pngs(digit.image), *gallery.pngs(found.images)]
    notes = [f"MSE {found.mean_mse:.4f}"]
    if found.predicted is not None:
        notes.append(f"class read off its code: {int(found.predicted[0])}")
    if len(digit.mu) <= 2:
        notes.append(f"code ({', '.join(f'{value:.2f}' for value in digit.mu.tolist())})".replace("-", "−"))
    title = digit.name[0].upper() + digit.name[1:]
    names = [digit.name, f"its reconstruction, MSE {found.mean_mse:.4f}"]
    pair = Row(title, notes, pictures, names, ["the digit", "drawn from its code"])
    gallery.show([pair], key="map-pair")
    gallery.enlarge("map-pair")

    near = digit.near
    classes = digits.labels[near.positions].tolist()
    captions = [f"{k} at {distance:.2f}" for k, distance in zip(classes, near.distances.tolist(), strict=True)]
    names = [f"digit {i}, a {k}" for i, k in zip(near.positions.tolist(), classes, strict=True)]
    pictures = gallery.pngs(digits.images[near.positions])
    label = max(classes, key=classes.count) if digit.label is None else digit.label
    notes = [f"{classes.count(label)} of {len(classes)} are a {label}", "below: class, distance of the codes"]
    around = Row(f"Its {len(classes)} nearest codes", notes, pictures, names, captions)
    gallery.show([around], key="map-near")
    st.caption(_on_map(codes, scene, digit, marked))
    gallery.download([pair, around], f"{digit.name.partition(',')[0].replace(' ', '-')}-by-{name}", "map-digit-pictures")


def _on_map(codes: Codes, scene: Scene, digit: MapDigit, marked: bool) -> str:
    """What the rings on the map stand for, and how far they can be trusted."""
    rings = "On the map the large ring is the digit, the small ones are its nearest codes"
    if digit.row is None:
        if marked:
            return f"{rings}."
        if not scene.units:
            return (
                "t-SNE has no way to place a new digit: its map is made for these digits alone. The rings on the map are the "
                "digits whose codes are nearest. Map by PCA to see the place of yours."
            )
        return "The rings on the map are the digits whose codes are nearest to that of yours."
    if scene.position(digit.row) is None:
        return f"This map was made of {len(scene.rows):,} digits and this one is not among them; the rings are its neighbours."
    if codes.mu.shape[1] <= 2:
        return f"{rings}."
    if len(scene.rows) < len(codes):
        return f"{rings}, as far as they are on it."
    kept = still_near(codes.mu, scene.places, digit.row, NEIGHBOURS)
    return f"{rings}; only {kept} of the {NEIGHBOURS} are also its {NEIGHBOURS} nearest *on the map*."
