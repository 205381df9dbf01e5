"""Off the path of a walk: the maps of the walking models side by side, every point of which can be decoded."""

from collections.abc import Sequence

import streamlit as st

from core import reading
from core.maps import cuts
from core.maps.cuts import Cut, Spread
from core.maps.path import window
from core.walks.transitions import Transition, ends_of
from pages.common import loaders, prose
from pages.common import loaders_plane as files
from pages.common import loaders_transitions as ground
from pages.common.loaders import Card
from pages.common.plane import Plane, planes

HEIGHT = 380


def show(prefix: str, shown: Sequence[tuple[Card, Transition]]) -> None:
    """Draw the maps. Models whose codes have two numbers share one cursor; planes in larger codes have each its own."""
    decoded = []
    for card, walk in shown:
        if trouble := files.not_decoded(card.name):
            st.info(f"{prose.plain(card.title)}: {trouble}")
        else:
            decoded.append((card, walk))
    if not decoded:
        return
    shown = decoded
    linked = len(shown) > 1 and all(card.latent_dim == 2 for card, _ in shown)
    planes(prefix, [_plane(card, walk) for card, walk in shown], files.judge(), files.digits(), st.warning, linked=linked)
    if len(shown) > 1:
        st.caption(
            "All maps show z itself: one cursor for all, and every model decodes the same z. Their codes are not aligned, so "
            "it need not be the same digit."
            if linked
            else "Each map is a plane of its own model, so each has its own cursor."
        )


def _plane(card: Card, walk: Transition) -> Plane:
    terrain, backdrop = ground.terrain(card.name), ground.backdrop(card.name)
    cut, codes = files.terrain(card.name)
    shown = window(backdrop, walk)
    spreads = _spreads(card, walk, cut)
    note = "Line and dots: the walk and its frames."
    if spreads:
        seen = "" if card.latent_dim == 2 else ", as seen on this plane"
        note += (
            f" Blue: the posteriors of the two digits at its ends, at 1 σ and 2 σ, to scale{seen}, and {cuts.DRAWS} draws from "
            "each."
        )
    if terrain.share is not None:
        note += (
            f" The map is the plane through the mean of the centroids that shows {terrain.share:.0%} of their variance, in "
            f"{card.latent_dim} dimensions; a walk that leaves it is drawn where it lies above it."
        )
    return Plane(
        title=card.title,
        decoder=files.decoder(card.name),
        codes=codes,
        cut=cut,
        axes=(f"{backdrop.axes[0]}, in latent units", f"{backdrop.axes[1]}, in latent units"),
        centre=shown.centre,
        span=shown.span,
        middles=backdrop.middles,
        note=note,
        spreads=spreads,
        way=walk.places.tolist(),
        start=tuple(walk.places[0].tolist()),
        height=HEIGHT,
    )


def _spreads(card: Card, walk: Transition, cut: Cut) -> tuple[Spread, ...]:
    """The posteriors of the digits that are the walk's ends: a centroid has none, and neither has a plain autoencoder."""
    if walk.walk.digits is None:
        return ()
    return cuts.spreads(cut, reading.posterior(loaders.model(card.name), ends_of(walk.walk, loaders.digits()).pixels()))
