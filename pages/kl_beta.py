"""KL and β: what the divergence is, what its price does to a code, and where it leaves the classes."""

import streamlit as st

from core import losses
from pages.common import lessons, prose
from pages.common.pickers import Pickers
from pages.parts.kl_beta import beta_tab, maps_tab, notebook_beta, playground_tab

PAGE, PREFIX = "kl_beta", "kl"


def about_beta() -> None:
    """The slider and its pictures, the notebook's β, and the lesson."""
    beta_tab.show(PREFIX)
    st.subheader("The notebook's β and its translations")
    st.markdown(lessons.section(PAGE, "translation"))
    notebook_beta.show(PREFIX)
    prose.see_and_try(PAGE)
    prose.understand(
        PAGE, "rate, distortion and β", losses.kl_per_dimension, losses.bernoulli_cross_entropy, losses.gaussian_scale
    )


def about_kl() -> None:
    """The playground and its lesson."""
    st.markdown(lessons.section(PAGE, "playground"))
    playground_tab.show(PREFIX)
    prose.understand(PAGE, "why log, why this way round", section="understand KL")


def about_maps() -> None:
    """The maps side by side."""
    st.markdown(lessons.section(PAGE, "three maps"))
    maps_tab.show(PREFIX)


TABS = {"β": about_beta, "KL playground": about_kl, "Three maps": about_maps}


@st.fragment
def view() -> None:
    """The tabs, of which the open one is filled; the values of the others, fragments of their own, stay in the address."""
    title, place = Pickers(PREFIX).tab("tab", tuple(TABS))
    with place:
        TABS[title]()


st.title("KL and β")
view()
