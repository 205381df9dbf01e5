"""The codes of the compared models on their planes, as files for the browser."""

import streamlit as st
import torch

from core.maps import browser_files, cuts
from core.maps.cuts import Cut
from pages.common import shelf
from pages.common.shelf import File
from pages.parts.compare import loaders as ground


@st.cache_resource(show_spinner=False, max_entries=48)
def cut_and_codes(name: str, beta: float | None, few: bool) -> tuple[Cut, File]:
    """A model's plane and its codes on it. Raises WeightsError, and ValueError for a code of one number."""
    codes, view = ground.codes(name, beta, few), ground.view(name, beta, few)
    cut = cuts.dropped(codes.mu, view.origin, view.axes)
    rows = ground.unseen_rows() if few else torch.arange(len(codes))
    return cut, shelf.file("codes", browser_files.codes_file(cut.points, codes.labels, rows, None if view.flat else cut.off))
