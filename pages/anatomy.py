"""One digit on its way through a network, box by box, and one optimiser step at a time."""

import streamlit as st

from core.anatomy import tug_of_war
from pages.common import lessons, problems, prose
from pages.parts.anatomy import loaders as ground
from pages.parts.anatomy import one_digit, stepping, tug_panel, words
from pages.parts.anatomy.pickers import AnatomyPickers

PAGE, PREFIX = "anatomy", "ana"


@st.fragment
@problems.as_sentences()
def view() -> None:
    """The controls, the diagram and the steps; moving a control, or a step that is due, redraws only this."""
    pick = AnatomyPickers(PREFIX)
    first_row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with first_row:
        card = pick.model(ground.cards(), ground.DEFAULT)
        network = ground.model(card.name)
    second_row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with second_row:
        objective, rate = pick.objective(network.variational, network.classifies)
    warnings = st.container()
    state = stepping.stepping(card.name)
    stepping.tick(state, objective, rate)

    diagram = st.container()
    st.caption(words.trained(ground.training_of(card.name), objective, network))
    texts, pictures = tug_panel.sides()
    with diagram:
        one_digit.show(PREFIX, state, objective, first_row, pictures)
    with second_row:  # above the diagram, but sent after it: whoever draws waits for the diagram
        stepping.buttons(state, objective, rate)
    if state.message:
        warnings.warning(state.message)
    with texts:
        tug_panel.pulls(state, objective)
    tug_panel.history(state)
    stepping.clock(state)


st.title("Anatomy")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.see_and_try(PAGE)
prose.understand(PAGE, "the draw, the tug of war, and how a code collapses", tug_of_war.measure, tug_of_war.Trainee.step)
