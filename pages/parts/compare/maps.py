"""The codes of the same digits under each model, as flat maps with the same axes."""

from collections.abc import Sequence

import streamlit as st

from core.interpolation import centroids
from core.maps import view as latent_view
from pages.common import loaders_plane as files
from pages.common.plane import Plane, planes
from pages.parts.compare import loaders as ground
from pages.parts.compare import loaders_maps as drawn
from pages.parts.compare import words
from pages.parts.compare.loaders import Contender
from pages.parts.compare.pickers import Axes, ComparePickers

HEIGHTS = {1: 420, 2: 420, 3: 380, 4: 320}  # of a map, in pixels, by the number of maps
FAR = 3  # times: of maps whose extents differ more than this, the smaller ones would be dots on one scale

CURSORS = {
    True: "All maps show z itself: every model decodes the same z.",
    False: "Each map is a plane of its own model, with a cursor of its own.",
}


def maps(pick: ComparePickers, contenders: Sequence[Contender], few: bool) -> None:
    """One map for each model."""
    shown = [contender for contender in contenders if contender.latent_dim > 1]
    for contender in contenders:
        if contender not in shown:
            st.info(f"{words.plain(contender.title)} has a code of one number, which is no map.")
    if not shown:
        return
    extents = [_extent(contender, few) for contender in shown]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = pick.axes()
        apart = asked == "own" or (asked == "auto" and max(extents) > FAR * min(extents))
        st.caption(_about_axes(asked, apart), width="stretch")
    linked = len(shown) > 1 and all(contender.latent_dim == 2 for contender in shown)
    shapes = [
        one_map(contender, extent if apart else max(extents), HEIGHTS[len(shown)], few)
        for contender, extent in zip(shown, extents, strict=True)
    ]
    planes("cmp", shapes, files.judge(), files.digits(), st.warning, linked=linked)
    st.caption(
        f"Colours and numbers: classes; a number stands at its class's centroid. Dashed: 1 σ and 2 σ of the prior, where there "
        f"is one. {CURSORS[linked] if len(shown) > 1 else ''} Measured on {words.digits_used(few)}."
    )


def one_map(contender: Contender, extent: float, height: int, few: bool) -> Plane:
    """A model's codes on its plane, every point of which can be decoded, and what that plane shows of them."""
    codes = ground.codes(contender.name, contender.beta, few)
    view = ground.view(contender.name, contender.beta, few)
    cut, file = drawn.cut_and_codes(contender.name, contender.beta, few)
    found = latent_view.clusters(codes)
    a, b = found.closest
    plane = (
        "Its two numbers as they are."
        if view.flat
        else f"The plane of largest variance in its {contender.latent_dim} dimensions: {view.share:.0%} of the variance."
    )
    names = ("z₁", "z₂") if view.flat else ("principal direction 1", "principal direction 2")
    middles = view.points(centroids(codes.mu, codes.labels)).tolist()
    return Plane(
        title=contender.title,
        decoder=files.decoder(contender.name),
        codes=file,
        cut=cut,
        axes=(f"{names[0]}, in latent units", f"{names[1]}, in latent units"),
        centre=(0.0, 0.0),
        span=(2 * extent, 2 * extent),
        middles=middles,
        film=None if contender.beta is None else files.modulation(contender.name, contender.beta),
        note=f"{plane} In all dimensions: centroids {found.mean_distance:.1f} apart on average, {found.separation:.1f} times "
        f"the spread within a class; closest {a} and {b}.",
        prior=codes.logvar is not None,
        start=tuple(middles[3]),
        height=height,
    )


def _extent(contender: Contender, few: bool) -> float:
    codes = ground.codes(contender.name, contender.beta, few)
    return latent_view.extent(ground.view(contender.name, contender.beta, few).points(codes.mu))


def _about_axes(asked: Axes, apart: bool) -> str:
    if not apart:
        return "All maps have the same axes, in latent units."
    why = f"The largest code is more than {FAR} times as wide as the smallest, so each" if asked == "auto" else "Each"
    return f"{why} map has **its own axes**, in latent units: read them before you compare."
