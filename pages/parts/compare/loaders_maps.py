"""The codes of the compared models on their planes, as files for the browser."""

import streamlit as st

from core.maps.cuts import Cut
from pages.common import loaders_plane
from pages.common.shelf import File
from pages.parts.compare import loaders as ground


@st.cache_resource(show_spinner=False, max_entries=48)
def cut_and_codes(name: str, beta: float | None, few: bool) -> tuple[Cut, File]:
    """A model's plane and its codes on it. Raises WeightsError, and ValueError for a code of one number."""
    rows = ground.unseen_rows() if few else None
    return loaders_plane.on_view(ground.codes(name, beta, few), ground.view(name, beta, few), rows)
