"""What this is about, and where to go from here."""

import streamlit as st

from pages.common import lessons

st.title("Latent Lab")
st.markdown(lessons.section("start", "subtitle"))
st.markdown(lessons.section("start", "see"))
with st.container(border=True):
    st.page_link("pages/reconstruction.py", label="Reconstruction", icon=":material/arrow_forward:")
    st.markdown(lessons.section("start", "reconstruction"))
