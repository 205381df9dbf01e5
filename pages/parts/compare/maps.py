"""The codes of the same digits under each model, as flat maps with the same axes."""

from collections.abc import Sequence

import streamlit as st

from core import reading
from core.interpolation import centroids
from core.maps import cuts
from core.maps import view as latent_view
from core.maps.planes import project
from core.reconstruction import reconstruct
from pages.common import gallery, prose
from pages.common import loaders_plane as files
from pages.common.gallery import Row
from pages.common.plane import Plane, planes, through
from pages.parts.compare import loaders as ground
from pages.parts.compare import loaders_maps as drawn
from pages.parts.compare import words
from pages.parts.compare.loaders import Contender
from pages.parts.compare.pickers import Axes, ComparePickers, Looked

HEIGHTS = {1: 420, 2: 420, 3: 380, 4: 320}  # of a map, in pixels, by the number of maps
FAR = 3  # times: of maps whose extents differ more than this, the smaller ones would be dots on one scale

CURSORS = {
    True: "All maps show z itself: every model decodes the same z.",
    False: "Each map is a plane of its own model, with a cursor of its own.",
}


def maps(pick: ComparePickers, contenders: Sequence[Contender], few: bool) -> None:
    """One map for each model, and on all of them one digit, which each model draws again."""
    shown = [contender for contender in contenders if contender.latent_dim > 1]
    for contender in contenders:
        if contender not in shown:
            st.info(f"{prose.plain(contender.title)} has a code of one number, which is no map.")
        elif trouble := files.not_decoded(contender.name):
            shown.remove(contender)
            st.info(f"{prose.plain(contender.title)}: {trouble}")
    if not shown:
        return
    extents = [_extent(contender, few) for contender in shown]
    controls, looked = st.columns([8, 5], vertical_alignment="bottom", gap="medium")
    with controls, st.container(horizontal=True, vertical_alignment="bottom"):
        digit = pick.digit()
        asked = pick.axes()
        apart = asked == "own" or (asked == "auto" and max(extents) > FAR * min(extents))
    with looked:
        _drawn_again(contenders, digit)
    linked = len(shown) > 1 and all(contender.latent_dim == 2 for contender in shown)
    shapes = [
        one_map(contender, extent if apart else max(extents), HEIGHTS[len(shown)], few, digit)
        for contender, extent in zip(shown, extents, strict=True)
    ]
    planes("cmp", shapes, files.judge(), files.digits(), st.warning, linked=linked)
    cursors = CURSORS[linked] if len(shown) > 1 else ""
    st.caption(
        f"{_about_axes(asked, apart)} Numerals: class centroids. Ring: {digit.name}; blue: its posterior at 1 σ and 2 σ, "
        f"to scale, and {cuts.DRAWS} draws from it; dashed: the prior at 1 σ and 2 σ. A plain autoencoder has neither. "
        f"{cursors} Measured on {words.digits_used(few)}."
    )


def _drawn_again(contenders: Sequence[Contender], digit: Looked) -> None:
    """The digit, and what each model decodes from its mu."""
    x = digit.pixels()
    found = [reconstruct(ground.model(contender.name, contender.beta), x) for contender in contenders]
    pictures = [*gallery.pngs(digit.images), *(png for one in found for png in gallery.pngs(one.images))]
    errors = [f"{one.mean_mse:.4f}" for one in found]
    names = [f"{digit.name}, by {c.title}, MSE {error}" for c, error in zip(contenders, errors, strict=True)]
    about = "then drawn from its code by each model, with its MSE"
    row = Row(digit.name[0].upper() + digit.name[1:], [about], pictures, [digit.name, *names], ["as it is", *errors])
    gallery.show([row], key="cmp-looked")


def one_map(contender: Contender, extent: float, height: int, few: bool, digit: Looked) -> Plane:
    """A model's codes on its plane, every point of which can be decoded, and what that plane shows of them."""
    codes = ground.codes(contender.name, contender.beta, few)
    view = ground.view(contender.name, contender.beta, few)
    cut, file = drawn.cut_and_codes(contender.name, contender.beta, few)
    found = latent_view.clusters(codes)
    a, b = found.closest
    plane = (
        "Its two numbers as they are."
        if view.flat
        else f"The plane of largest variance in its {contender.latent_dim} dimensions: {view.share:.0%} of the variance. "
        "The digit's code lies off it: what is decoded at the ring is not the digit's reconstruction."
    )
    posterior = reading.posterior(ground.model(contender.name, contender.beta), digit.pixels())
    x, y = project(cut.origin, cut.axes, posterior.mu)[0].tolist()
    return through(
        view,
        extent,
        title=contender.title,
        decoder=files.decoder(contender.name),
        codes=file,
        cut=cut,
        middles=view.points(centroids(codes.mu, codes.labels)).tolist(),
        film=None if contender.beta is None else files.modulation(contender.name, contender.beta),
        note=f"{plane} In all dimensions: centroids {found.mean_distance:.1f} apart on average, {found.separation:.1f} times "
        f"the spread within a class; closest {a} and {b}.",
        spreads=cuts.spreads(cut, posterior),
        prior=codes.logvar is not None,
        chosen=digit.row,
        own=(x, y) if digit.row is None else None,
        start=(x, y),
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
