"""Errors that a visitor can do something about, shown as the sentences they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.datasets import DatasetError
from core.weights import WeightsError


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Show a DatasetError or a WeightsError instead of what it interrupts. Belongs inside a fragment: none leaves it."""
    try:
        yield
    except (DatasetError, WeightsError) as error:
        st.error(str(error))
