"""Errors of core as sentences on the page."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.datasets import DatasetError
from core.weights import WeightsError


@contextmanager
def as_sentences() -> Iterator[None]:
    """Show what is wrong with the data or the weights instead of a traceback, and go on after the block.

    Inside a fragment, which is rerun without the code around it, it has to stand inside too.
    """
    try:
        yield
    except (DatasetError, WeightsError) as error:
        st.error(str(error))
