"""KL and β: what the divergence is, what its price does to a code, and where it leaves the classes."""

import inspect

import streamlit as st

from core import losses
from pages.common import beta_tab, lessons, maps_tab, notebook_beta, playground_tab
from pages.common.pickers_beta import BetaPickers

PAGE, PREFIX = "kl_beta", "kl"
TABS = ("β", "KL playground", "Three maps")


def about_beta() -> None:
    """The slider and its pictures, the notebook's β, and the lesson."""
    beta_tab.show(PREFIX)
    st.subheader("The notebook's β and its translations")
    st.markdown(lessons.section(PAGE, "translation"))
    notebook_beta.show(PREFIX)
    see, attempt = st.columns(2, gap="large")
    for column, name in ((see, "see"), (attempt, "try")):
        column.subheader(name.capitalize())
        column.markdown(lessons.section(PAGE, name))
    with st.expander("Understand: rate, distortion and β"):
        st.markdown(lessons.section(PAGE, "understand"))
        for function in (losses.kl_per_dimension, losses.bernoulli_cross_entropy, losses.gaussian_scale):
            st.code(inspect.getsource(function), language="python")


def about_kl() -> None:
    """The playground and its lesson."""
    st.markdown(lessons.section(PAGE, "playground"))
    playground_tab.show(PREFIX)
    with st.expander("Understand: why log, why this way round"):
        st.markdown(lessons.section(PAGE, "understand KL"))


def about_maps() -> None:
    """The maps side by side."""
    st.markdown(lessons.section(PAGE, "three maps"))
    maps_tab.show(PREFIX)


st.title("KL and β")
tabs = BetaPickers(PREFIX).tabs("tab", TABS)
for tab, fill in zip(tabs, (about_beta, about_kl, about_maps), strict=True):
    if tab.open:
        with tab:
            fill()
