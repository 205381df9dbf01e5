"""The digit, the draw of noise and the diagram: a fragment of its own, so that a stroke redraws nothing else."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.anatomy.source import excerpts
from core.config import Objective
from pages.common import loaders, problems
from pages.parts.anatomy import loaders as ground
from pages.parts.anatomy import tug_panel
from pages.parts.anatomy.boxes import boxes
from pages.parts.anatomy.diagram import anatomy
from pages.parts.anatomy.pickers import AnatomyPickers
from pages.parts.anatomy.stepping import Stepping


@st.fragment
@problems.as_sentences()
def show(prefix: str, state: Stepping, objective: Objective, controls: DeltaGenerator, pictures: DeltaGenerator) -> None:
    """The diagram of one digit; its controls stand in `controls`, the digit before and after the steps in `pictures`."""
    steps, network = state.steps, state.network()
    if state.steps != steps:
        st.rerun()  # the copy had to make room: the whole page speaks of another network now
    pick = AnatomyPickers(prefix)
    with controls:
        choice, shown = pick.digit(loaders.digits())
        seed = pick.noise() if network.variational else 0

    digit = (choice, seed, shown.images.numpy().tobytes())
    look = lambda at: ground.dissected(at, shown.pixels(), choice.label, seed, objective)  # noqa: E731
    start = state.start_of((digit, objective), lambda: look(ground.model(state.name)))
    found = look(network) if state.steps else start
    state.seen = digit, found
    code = excerpts([*found.parts, "total"], objective.scale)
    anatomy(prefix, boxes(found, objective.scale), code, state.name, st.warning)
    with pictures:
        tug_panel.before_and_after(state.steps > 0, start, state.before_of(digit), found)
