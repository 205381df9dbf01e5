"""The page's frame and the list of pages; a new page is one line here."""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

st.set_page_config(page_title="Latent Lab", page_icon=":material/grain:", layout="wide")

st.navigation(
    [
        st.Page(HERE / "reconstruction.py", title="Reconstruction", icon=":material/compare:", url_path="reconstruction"),
    ],
    position="top",
).run()
