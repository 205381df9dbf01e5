"""The codes of the same digits under each model, as flat maps with the same axes."""

from collections.abc import Sequence

import streamlit as st

from core import latent_view
from core.interpolation import centroids
from pages.common import charts_compare, compare_words
from pages.common import loaders_compare as ground
from pages.common.loaders_compare import Contender
from pages.common.pickers_compare import Axes, ComparePickers

HEIGHTS = {1: 420, 2: 420, 3: 380, 4: 320}  # of a map, in pixels, by the number of maps
FAR = 3  # times: of maps whose extents differ more than this, the smaller ones would be dots on one scale


def maps(pick: ComparePickers, contenders: Sequence[Contender], few: bool) -> None:
    """One map for each model."""
    shown = [contender for contender in contenders if contender.latent_dim > 1]
    for contender in contenders:
        if contender not in shown:
            st.info(f"{compare_words.plain(contender.title)} has a code of one number, which is no map.")
    if not shown:
        return
    extents = [_extent(contender, few) for contender in shown]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = pick.axes()
        apart = asked == "own" or (asked == "auto" and max(extents) > FAR * min(extents))
        st.caption(_about_axes(asked, apart), width="stretch")
    for column, contender, extent in zip(st.columns(len(shown), gap="medium"), shown, extents, strict=True):
        with column:
            one_map(contender, extent if apart else max(extents), HEIGHTS[len(shown)], few)
    st.caption(
        f"Colours and numbers: classes, up to {charts_compare.SHOWN} digits of each; a number stands at its class's centroid. "
        f"Dashed: 1 σ and 2 σ of the prior, where there is one. Measured on {compare_words.digits_used(few)}."
    )


def one_map(contender: Contender, extent: float, height: int, few: bool) -> None:
    """A model's codes on its plane, and what that plane shows of them."""
    codes = ground.codes(contender.name, contender.beta, few)
    view = ground.view(contender.name, contender.beta, few)
    st.markdown(f"**{compare_words.plain(contender.title)}**")
    spec = charts_compare.codes_map(
        view.points(codes.mu),
        codes.labels,
        view.points(centroids(codes.mu, codes.labels)),
        extent,
        ("z₁", "z₂") if view.flat else ("principal direction 1", "principal direction 2"),
        height,
        prior=codes.logvar is not None,
    )
    st.vega_lite_chart(*spec, width="stretch", key=f"cmp-map-{contender.key}")
    found = latent_view.clusters(codes)
    a, b = found.closest
    plane = (
        "Its two numbers as they are."
        if view.flat
        else f"The plane of largest variance in its {contender.latent_dim} dimensions: {view.share:.0%} of the variance."
    )
    st.caption(
        f"{plane} In all dimensions: centroids {found.mean_distance:.1f} apart on average, {found.separation:.1f} times the "
        f"spread within a class; closest {a} and {b}."
    )


def _extent(contender: Contender, few: bool) -> float:
    codes = ground.codes(contender.name, contender.beta, few)
    return latent_view.extent(ground.view(contender.name, contender.beta, few).points(codes.mu))


def _about_axes(asked: Axes, apart: bool) -> str:
    if not apart:
        return "All maps have the same axes, in latent units."
    why = f"The largest code is more than {FAR} times as wide as the smallest, so each" if asked == "auto" else "Each"
    return f"{why} map has **its own axes**, in latent units: read them before you compare."
