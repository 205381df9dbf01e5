"""Below the diagram: who pulls the encoder where, the digit before and after, and how it has gone from step to step."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.anatomy.flow import Anatomy
from core.config import Objective
from pages.common import gallery, lessons
from pages.common.gallery import Row
from pages.parts.anatomy import charts, dials, words
from pages.parts.anatomy.stepping import Stepping


def sides() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The heading, and below it the places for the pulls and for the pictures of the digit."""
    st.subheader("Tug of war")
    texts, pictures = st.columns([3, 2], gap="large")
    return texts, pictures


def pulls(state: Stepping, objective: Objective) -> None:
    """The arrows: who pulls the encoder where."""
    pull = state.pull(objective.scale).weighted(objective)
    st.markdown(lessons.section("anatomy", "tug" if pull.cosines else "tug alone"))
    if pull.cosines:
        when = f"behind step {state.steps}" if state.steps else "before the first step"
        st.markdown(f"**The pulls {when}**, with the weights that are set now; dashed: the sum of the two")
        st.html(dials.grid(pull))


def before_and_after(stepped: bool, start: Anatomy, before: Anatomy | None, now: Anatomy) -> None:
    """The digit by the network at its start and, once it has been `stepped`, before the last press and now."""
    shown = {"at the start": start}
    if stepped and before is not None:
        shown["before"] = before
    if stepped:
        shown["now"] = now
    pictures, names, captions = gallery.pngs(start.parts["x"]), ["the digit"], ["the digit"]
    for name, found in shown.items():
        pictures += gallery.pngs(found.parts["x_hat"])
        loss = words.number(found.total)
        names.append(f"reconstruction {name}, loss {loss}")
        captions.append(f"{name} {loss}")
    st.markdown("**The digit, before and after the last press**, with its loss")
    gallery.show([Row("", [], pictures, names, captions)], key="ana-frames")
    gallery.enlarge("ana-frames")


def history(state: Stepping) -> None:
    """How the terms, their pulls and the angles have gone; before the first step, where they will be drawn."""
    if not state.steps:
        st.caption("Press **1 step** above: then the terms, their pulls and the angles are drawn here, step by step.")
        return
    history = state.trainee().history
    figures = [("**The loss**, term by term", charts.terms), ("**The pulls** on the encoder", charts.norms)]
    if history[-1].pull.cosines:
        figures.append(("**The angles**: 1 agrees, −1 opposes", charts.cosines))
    for column, (title, make) in zip(st.columns(len(figures), gap="medium"), figures, strict=True):
        with column:
            st.markdown(title)
            st.vega_lite_chart(*make(history), width="stretch", key=f"ana-{make.__name__}")
    st.caption(
        "Means over each step’s batch of held-out digits, weighted as they were in that step. "
        "The steps belong to this visit: a copied address shows the network at its start."
    )
