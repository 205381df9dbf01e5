"""What this is about, and where to go from here."""

from pathlib import Path

import streamlit as st

from pages.common import lessons

HERE = Path(__file__).parent

st.title("Latent Lab")
st.markdown(lessons.section("start", "subtitle"))
st.markdown(lessons.section("start", "see"))
with st.container(border=True):
    st.page_link(HERE / "reconstruction.py", label="Reconstruction", icon=":material/arrow_forward:")
    st.markdown(lessons.section("start", "reconstruction"))
