"""The tab with the latent spaces of several models side by side, and the distances between their classes."""

import streamlit as st

from core.comparison.differences import differences, verdict
from pages.common import lessons, problems
from pages.common import loaders_plane as files
from pages.common.pickers import Pickers
from pages.common.plane import Plane, beside, planes, through
from pages.parts.kl_beta import beta_words, charts_beta
from pages.parts.kl_beta import loaders as ground
from pages.parts.kl_beta import loaders_plane as drawn
from pages.parts.kl_beta.loaders import Panel

CODES = {16: "16 numbers, on a plane", 2: "2 numbers, the plane itself"}
FIRST = {16: ("conv-vae-16", "multistage-vae-16"), 2: ("conv-vae-2", "multistage-vae-2")}
THIRD = {
    16: {
        "multistage-vae-16-beta30": "β = 30",
        "multistage-vae-16-beta35": "β = 35",
        "multistage-vae-16-beta100": "β = 100",
    },
    2: {"multistage-vae-2-beta30": "β = 30"},
}
CURSORS = {
    16: "Each map is a plane of its own model, with a cursor of its own.",
    2: "All maps show z itself: every model decodes the same z.",
}
HEIGHT = 380  # of a map, in pixels


@st.fragment
def show(prefix: str) -> None:
    """The controls and the maps; moving a control redraws only this."""
    with problems.as_sentences():
        _draw(prefix, Pickers(prefix))


def _draw(prefix: str, pick: Pickers) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        size = pick.option("code", "Code", CODES, "A larger code is seen on the plane along which it varies most.")
        third = pick.option(
            f"third-{size}", "Third map", THIRD[size], "The notebook's β of the multi-stage model on the right."
        )
    panels = [ground.panel(name) for name in (*FIRST[size], third)]
    extent = max(panel.extent for panel in panels)
    # Pins are kept apart from those of the other tab, and those on planes from those of z itself.
    shown = [_map(panel, extent) for panel in panels]
    planes(f"{prefix}-maps-{size}", shown, files.judge(), files.digits(), st.warning, linked=size == 2)
    st.caption(
        "Colours and numbers: classes; a number stands at its class’s centroid. Dashed: 1 σ and 2 σ of the prior. "
        f"{CURSORS[size]}"
    )

    st.subheader("Distances between the classes’ centroids, in all dimensions")
    largest = max(panel.clusters.report.distances.max().item() for panel in panels)
    for column, panel in zip(st.columns(3, gap="medium"), panels, strict=True):
        with column:
            _distances(panel, largest)

    plain, multi, stretched = panels
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Why the clusters part")
        st.markdown(beta_words.parting(plain.clusters, multi.clusters))
        st.markdown(lessons.section("kl_beta", "why they part"))
        st.caption(verdict(differences([plain.config, multi.config]), 2))
    with right:
        st.subheader("Why they close up")
        st.markdown(beta_words.closing(multi.clusters, stretched.clusters))
        st.markdown(lessons.section("kl_beta", "why they close up"))
        st.caption(verdict(differences([multi.config, stretched.config]), 2))


def _map(panel: Panel, extent: float) -> Plane:
    """One model's codes; all maps have the same axes."""
    view = panel.view
    cut, codes = drawn.panel_cut_and_codes(panel.name)
    middles = view.points(panel.clusters.report.centroids).tolist()
    return through(
        view,
        extent,
        title=panel.title,
        decoder=files.decoder(panel.name),
        codes=codes,
        cut=cut,
        middles=middles,
        note="" if view.flat else f"The plane shows {view.share:.0%} of the variance of its 16 dimensions.",
        prior=True,
        start=beside(middles[3], extent),
        height=HEIGHT,
    )


def _distances(panel: Panel, largest: float) -> None:
    """Between one model's classes, in all dimensions; all panels have the same colours."""
    found = panel.clusters
    a, b = found.closest
    st.markdown(
        f"**{panel.title}**: mean distance **{found.mean_distance:.2f}**, closest **{a} and {b}** at "
        f"**{found.smallest_distance:.2f}**. Spread within a class **{found.spread:.2f}**, "
        f"posterior σ **{found.mean_sigma:.2f}**."
    )
    st.vega_lite_chart(
        *charts_beta.distances(found.report.distances, largest, 300), width="stretch", key=f"kl-distances-{panel.title}"
    )
