"""Below the diagram: who pulls the encoder where, the digit before and after, and how it has gone from step to step."""

from dataclasses import dataclass

import streamlit as st

from core.anatomy.flow import Anatomy
from core.config import Objective
from pages.common import gallery, lessons
from pages.common.gallery import Row
from pages.parts.anatomy import charts, dials
from pages.parts.anatomy.stepping import Stepping


@dataclass(frozen=True)
class Views:
    """The same digit and the same noise through the network at its start, before the last press, and now."""

    start: Anatomy
    before: Anatomy | None
    now: Anatomy


def show(state: Stepping, objective: Objective, views: Views) -> None:
    """The arrows, the pictures and, once there are steps, the charts."""
    pull = state.pull(objective.scale).weighted(objective)
    st.subheader("Tug of war")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(lessons.section("anatomy", "tug" if pull.cosines else "tug alone"))
        when = f"behind step {state.steps}" if state.steps else "before the first step"
        if pull.cosines:
            st.markdown(f"**The pulls {when}**, with the weights that are set now; dashed: the sum of the two")
            st.html(dials.grid(pull))
    with right:
        _pictures(state, views)
    if not state.steps:
        st.caption("Press **1 step** above: then the terms, their pulls and the angles are drawn here, step by step.")
        return
    history = state.trainee().history
    figures = [("**The loss**, term by term", charts.terms), ("**The pulls** on the encoder", charts.norms)]
    if pull.cosines:
        figures.append(("**The angles**: 1 agrees, −1 opposes", charts.cosines))
    for column, (title, make) in zip(st.columns(len(figures), gap="medium"), figures, strict=True):
        with column:
            st.markdown(title)
            st.vega_lite_chart(*make(history), width="stretch", key=f"ana-{make.__name__}")
    st.caption(
        "Means over each step’s batch of held-out digits, weighted as they were in that step. "
        "The steps belong to this visit: a copied address shows the network at its start."
    )


def _pictures(state: Stepping, views: Views) -> None:
    shown = {"at the start": views.start}
    if state.steps and views.before is not None:
        shown["before"] = views.before
    if state.steps:
        shown["now"] = views.now
    pictures, names, captions = gallery.pngs(views.start.parts["x"]), ["the digit"], ["the digit"]
    for name, found in shown.items():
        pictures += gallery.pngs(found.parts["x_hat"])
        names.append(f"reconstruction {name}, loss {found.total:.3g}")
        captions.append(f"{name} {found.total:.3g}")
    st.markdown("**The digit, before and after the last press**, with its loss")
    gallery.show([Row("", [], pictures, names, captions)], key="ana-frames")
    gallery.enlarge("ana-frames")
