"""The page's frame and the list of pages; a new page is one line here."""

from datetime import timedelta
from pathlib import Path

import streamlit as st

from pages.common import address, gestures, own_pictures, training

HERE = Path(__file__).parent


def run() -> None:
    """Draw the page that is asked for."""
    st.set_page_config(page_title="Latent Lab", page_icon=str(HERE / "common" / "icon.png"), layout="wide")
    page = st.navigation(
        [
            st.Page(HERE / "start.py", title="Start", url_path="start", default=True),
            st.Page(HERE / "reconstruction.py", title="Reconstruction", url_path="reconstruction"),
            st.Page(HERE / "anatomy.py", title="Anatomy", url_path="anatomy"),
            st.Page(HERE / "latent_map.py", title="Latent map", url_path="latent_map"),
            st.Page(HERE / "kl_beta.py", title="KL and β", url_path="kl_beta"),
            st.Page(HERE / "transitions.py", title="Transitions", url_path="transitions"),
            st.Page(HERE / "compare.py", title="Compare", url_path="compare"),
            st.Page(HERE / "train.py", title="Train", url_path="train"),
        ],
        position="top",
    )
    address.arrived(page.url_path)
    own_pictures.first_look(st.warning)
    if page.url_path != "train":
        training.from_afar()
    page.run()
    address.one_step_each()
    gestures.arrive_whole()
    _comes_back()


@st.fragment(run_every=timedelta(days=1))
def _comes_back() -> None:
    """Shows nothing, once a day; keeps open pages alive when the server is started anew.

    A browser that reconnects asks for the page again only if some part of it runs again by itself. Without one the page would
    look alive, while its controls ask the new server for fragments that it does not know.
    """


if __name__ == "__main__":  # a training process runs this file, too, under another name: there is nothing to draw there
    run()
