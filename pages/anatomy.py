"""One digit on its way through a network, box by box, and one optimiser step at a time."""

import streamlit as st

from core.anatomy import tug_of_war
from core.anatomy.source import excerpts
from pages.common import lessons, loaders, problems, prose
from pages.parts.anatomy import boxes as anatomy_boxes
from pages.parts.anatomy import loaders as ground
from pages.parts.anatomy import stepping, tug_panel, words
from pages.parts.anatomy.diagram import anatomy
from pages.parts.anatomy.pickers import AnatomyPickers

PAGE, PREFIX = "anatomy", "ana"


@problems.as_sentences()
def view(pace: float | None) -> None:
    """The controls, the diagram and the steps; moving a control, or a step that is due, redraws only this."""
    if stepping.pace() != pace:
        st.rerun()  # steps have begun or are over: another interval
    pick = AnatomyPickers(PREFIX)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        card = pick.model(ground.cards(), ground.DEFAULT)
        network = ground.model(card.name)
        choice, shown = pick.digit(loaders.digits())
        seed = pick.noise() if network.variational else 0
    second_row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with second_row:
        objective, rate = pick.objective(network.variational, network.classifies)
    warnings = st.container()
    state = stepping.stepping(card.name)
    stepping.tick(state, objective, rate)

    digit = (choice, seed, shown.images.numpy().tobytes())
    look = lambda at: ground.dissected(at, shown.pixels(), choice.label, seed, objective)  # noqa: E731
    start = state.start_of((digit, objective), lambda: look(network))
    found = look(state.network()) if state.steps else start
    state.seen = digit, found
    boxes = anatomy_boxes.boxes(found, objective.scale)
    anatomy(PREFIX, boxes, excerpts([*found.parts, "total"], objective.scale), card.name, st.warning)
    with second_row:  # above the diagram, but sent after it: whoever draws waits for the diagram
        stepping.buttons(state, objective, rate)
    if state.message:
        warnings.warning(state.message)
    st.caption(words.trained(ground.training_of(card.name), objective, network))
    tug_panel.show(state, objective, tug_panel.Views(start, state.before_of(digit), found))


st.title("Anatomy")
st.markdown(lessons.section(PAGE, "subtitle"))
pace = stepping.pace()
st.fragment(view, run_every=pace)(pace)
prose.see_and_try(PAGE)
prose.understand(PAGE, "the draw, the tug of war, and how a code collapses", tug_of_war.measure, tug_of_war.Trainee.step)
