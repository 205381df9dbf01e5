"""The tab with the latent spaces of several models side by side, and the distances between their classes."""

import streamlit as st

from core.comparison.differences import differences, verdict
from pages.common import charts_beta, lessons, problems
from pages.common.pickers_beta import BetaPickers
from pages.parts.kl_beta import beta_words
from pages.parts.kl_beta import loaders as ground
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
SIDE = 380  # of a map, in pixels


@st.fragment
def show(prefix: str) -> None:
    """The controls and the maps; moving a control redraws only this."""
    with problems.as_sentences():
        _draw(BetaPickers(prefix))


def _draw(pick: BetaPickers) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        size = pick.option("code", "Code", CODES, "A larger code is seen on the plane along which it varies most.")
        third = pick.option(
            f"third-{size}", "Third map", THIRD[size], "The notebook's β of the multi-stage model on the right."
        )
    panels = [ground.panel(name) for name in (*FIRST[size], third)]
    extent = max(panel.extent for panel in panels)
    largest = max(panel.clusters.report.distances.max().item() for panel in panels)
    for column, panel in zip(st.columns(3, gap="medium"), panels, strict=True):
        with column:
            _panel(panel, extent, largest)

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


def _panel(panel: Panel, extent: float, largest: float) -> None:
    """One model's map over the distances between its classes; all panels have the same axes and the same colours."""
    found, view = panel.clusters, panel.view
    a, b = found.closest
    st.markdown(f"**{panel.title}**")
    axes = ("z₁", "z₂") if view.flat else ("principal direction 1", "principal direction 2")
    rows, spec = charts_beta.codes_map(
        panel.points, panel.labels, view.points(found.report.centroids), extent, axes, SIDE
    )  # fmt: skip
    st.vega_lite_chart(rows, spec, width="stretch", key=f"kl-panel-{panel.title}")
    seen = "" if view.flat else f"The plane shows {view.share:.0%} of the variance; distances are of all dimensions. "
    st.caption(f"{seen}Latent units; rings: 1 σ and 2 σ of the prior.")
    st.markdown(
        f"Centroids: mean distance **{found.mean_distance:.2f}**, closest **{a} and {b}** at "
        f"**{found.smallest_distance:.2f}**. Spread within a class **{found.spread:.2f}**, "
        f"posterior σ **{found.mean_sigma:.2f}**."
    )
    st.markdown("**Distances** between the centroids of two classes")
    st.vega_lite_chart(
        *charts_beta.distances(found.report.distances, largest, 300), width="stretch", key=f"kl-distances-{panel.title}"
    )
