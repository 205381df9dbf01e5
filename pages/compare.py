"""Models side by side: the same digits, the same latent points, the same paths, and in what the models differ."""

from collections.abc import Callable

import streamlit as st

from core.comparison import metrics, sides
from core.comparison.sides import all_differences
from pages.common import lessons, loaders, problems, prose
from pages.parts.compare import confusion, maps, pictures, table, walks, words
from pages.parts.compare import loaders as ground
from pages.parts.compare.pickers import ComparePickers

PAGE, PREFIX = "compare", "cmp"
TABS = ("Reconstructions", "Maps", "Samples", "Transitions", "Confusion", "Numbers")


@st.fragment
@problems.as_sentences()
def view() -> None:
    """The models, in what they differ, and the open tab; moving a control redraws only this."""
    pick = ComparePickers(PREFIX)
    picked = pick.contenders(loaders.cards(), ground.DEFAULT)
    chosen = problems.usable(picked)
    if not picked:
        st.info("Choose two to four models above to set them side by side.")
    if not chosen:
        return
    if len(picked) == 1:
        st.info("Choose a second model to compare this one with.")
    elif len(chosen) > 1:
        words.banner(all_differences([ground.side(contender) for contender in chosen]), len(chosen))
    few = ground.needs_unseen(chosen)
    draw = {
        "Reconstructions": lambda: pictures.reconstructions(pick, chosen),
        "Maps": lambda: maps.maps(pick, chosen, few),
        "Samples": lambda: pictures.samples(pick, chosen, few),
        "Transitions": lambda: walks.walks(PREFIX, chosen, few),
        "Confusion": lambda: confusion.confusion(pick, chosen, few),
        "Numbers": lambda: table.numbers(pick, chosen),
    }
    title, place = pick.tab("tab", TABS)
    with place:
        section(draw[title])


@st.fragment
@problems.as_sentences()
def section(draw: Callable[[], None]) -> None:
    """One tab; its controls redraw only this, and their values stay in the address while another tab is open."""
    draw()


st.title("Compare")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.see_and_try(PAGE)
prose.understand(
    PAGE,
    "one thing at a time, and how much is chance",
    sides.all_differences,
    sides.fitted_gaussian,
    metrics.Line,
)
