"""The latent map of one model as a plane that is decoded under the pointer."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.maps import cuts
from core.maps import scene as map_scene
from core.maps.cuts import Cut
from core.maps.planes import project
from core.maps.projection import How
from core.maps.scene import Scene
from pages.common import loaders
from pages.common import loaders_map as maps
from pages.common import loaders_plane as ground
from pages.common.loaders import Card
from pages.common.plane import Plane, planes
from pages.common.problems import as_sentences
from pages.parts.latent_map import digit_panel
from pages.parts.latent_map.map_digit import MapDigit, pick_digit
from pages.parts.latent_map.pickers import MapPickers

HEIGHT = 500
SMALL = 0.06  # of the map's width: what the ring around the picked digit covers


@dataclass(frozen=True)
class Directions:
    """How a code of more than two numbers is cut: along two principal directions, through the mean or a digit."""

    pair: tuple[int, int] = (0, 1)
    through_digit: bool = False


def cut_and_scene(card: Card, directions: Directions, digit: MapDigit | None = None) -> tuple[Cut, Scene]:
    """The plane, through the mean code if no digit is given, and the map on it. Raises WeightsError."""
    if card.latent_dim == 2:
        return ground.cut(card.name), maps.flat(card.name)
    through = digit if directions.through_digit else None
    if through is not None and through.row is None:  # the visitor's own: kept for nobody else
        cut = cuts.principal(maps.codes(card.name).mu, directions.pair, through.mu)
        return cut, map_scene.on_cut(cut, loaders.digits().labels, directions.pair)
    row = None if through is None else through.row
    return ground.cut(card.name, directions.pair, row), ground.scene(card.name, directions.pair, row)


def key_of(card: Card, how: How, directions: Directions) -> str:
    """The name of a model's map on a plane, as `loaders_map.kept` asks for it; which digit it goes through moves no point."""
    return f"{maps.key_of(card.name, how)} {directions}"


@st.fragment
def with_digit(prefix: str, card: Card, directions: Directions, thumbnails: bool, zoom: bool) -> None:
    """The plane beside the picked digit; a pin redraws only these two."""
    with as_sentences():
        codes = maps.codes(card.name)
        pick = MapPickers(prefix)
        plane, panel = st.columns([5, 3], gap="medium")
        with panel:
            digit = pick_digit(prefix, pick, card.name, codes)
            place = st.container()
        with plane:
            scene = _draw(prefix, pick, card, directions, digit, thumbnails, zoom)
        with place:
            digit_panel.show(card.name, codes, scene, digit)


def _draw(
    prefix: str,
    pick: MapPickers,
    card: Card,
    directions: Directions,
    digit: MapDigit,
    thumbnails: bool,
    zoom: bool,
) -> Scene:
    """Draw it, with the picked digit marked and its posterior to scale.

    A pin picks the digit whose code is nearest; while the visitor's own digit is looked at, it is a pin and no
    more, so that this digit is not put aside.
    """
    cut, scene = cut_and_scene(card, directions, digit)
    if trouble := ground.not_decoded(card.name):
        st.info(trouble)
        return scene
    spreads = cuts.spreads(cut, digit.posterior)
    x, y = project(cut.origin, cut.axes, digit.posterior.mu)[0].tolist()
    numbered = digit.row is not None
    key = f"{card.name} {directions} {digit.row if directions.through_digit else ''}"
    shared = numbered or not directions.through_digit
    plane = Plane(
        title="",
        decoder=ground.decoder(card.name),
        codes=ground.codes(scene, cut, key) if shared else ground.codes_of(scene, cut),
        cut=cut,
        axes=scene.axes,
        centre=scene.centre,
        span=scene.span,
        middles=scene.middles.tolist(),
        film=ground.modulation(card.name, 1.0) if card.conditional else None,
        note=_note(card, directions, cut, digit, [one.share_of(max(scene.span)) for one in spreads]),
        spreads=spreads,
        chosen=digit.row,
        near=digit.near.positions.tolist(),
        own=None if numbered else (x, y),
        start=(x, y),
        height=HEIGHT,
        thumbnails=thumbnails,
        zoom=zoom,
    )
    planes(prefix, [plane], ground.judge(), ground.digits(), st.warning, pick.take if numbered else None)
    return scene


def _note(card: Card, directions: Directions, cut: Cut, digit: MapDigit, shares: Sequence[float]) -> str:
    """What the plane is and what is drawn on it; `shares` is how much of it the posterior takes, if there is one."""
    said = []
    if card.latent_dim > 2:
        first, second = (number + 1 for number in directions.pair)
        through = f"the code of {digit.name.partition(',')[0]}" if directions.through_digit else "the mean code"
        said.append(
            f"The plane through {through} along principal components {first} and {second}, which hold "
            f"{sum(cut.shares):.0%} of the variance of the codes. Codes off the plane are dropped onto it; the nearest real "
            f"digit is the nearest in all {card.latent_dim} numbers."
        )
    for share in shares:
        seen = "" if card.latent_dim == 2 else ", as seen on this plane"
        said.append(f"Blue: the posterior of {digit.name}, at 1 σ and 2 σ, to scale{seen}, and {cuts.DRAWS} draws from it.")
        if share < SMALL:
            said.append("It is no larger than the rings: Zoom, under More, shows it.")
    return " ".join(said)
