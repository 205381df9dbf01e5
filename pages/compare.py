"""Models side by side: the same digits, the same latent points, the same paths, and in what the models differ."""

import streamlit as st

from core import comparison, comparison_metrics
from core.comparison import all_differences
from pages.common import (
    compare_confusion,
    compare_maps,
    compare_pictures,
    compare_table,
    compare_walks,
    compare_words,
    lessons,
    loaders,
    problems,
    prose,
)
from pages.common import loaders_compare as ground
from pages.common.pickers_compare import ComparePickers

PAGE, PREFIX = "compare", "cmp"
TABS = ("Reconstructions", "Maps", "Samples", "Transitions", "Confusion", "Numbers")


@st.fragment
@problems.as_sentences()
def view() -> None:
    """The models, in what they differ, and the open tab; moving a control redraws only this."""
    pick = ComparePickers(PREFIX)
    chosen = pick.contenders(loaders.cards(), ground.DEFAULT)
    if not chosen:
        st.info("Choose two to four models above to set them side by side.")
        return
    if len(chosen) == 1:
        st.info("Choose a second model to compare this one with.")
    else:
        compare_words.banner(all_differences([ground.side(contender) for contender in chosen]), len(chosen))
    few = ground.needs_unseen(chosen)
    draw = {
        "Reconstructions": lambda: compare_pictures.reconstructions(pick, chosen),
        "Maps": lambda: compare_maps.maps(pick, chosen, few),
        "Samples": lambda: compare_pictures.samples(pick, chosen, few),
        "Transitions": lambda: compare_walks.walks(PREFIX, chosen, few),
        "Confusion": lambda: compare_confusion.confusion(pick, chosen, few),
        "Numbers": lambda: compare_table.numbers(pick, chosen),
    }
    for title, tab in zip(TABS, pick.tabs("tab", TABS), strict=True):
        if tab.open:
            with tab, problems.as_sentences():
                draw[title]()


st.title("Compare")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.see_and_try(PAGE)
prose.understand(
    PAGE,
    "one thing at a time, and how much is chance",
    comparison.all_differences,
    comparison.fitted_gaussian,
    comparison_metrics.Line,
)
