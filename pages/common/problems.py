"""Errors of core as sentences on the page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

import streamlit as st

from core.datasets import DatasetError
from core.weights import WeightsError
from pages.common import loaders


class Named(Protocol):
    """A model that has been chosen, by its name."""

    @property
    def name(self) -> str: ...


Chosen = TypeVar("Chosen", bound=Named)


@contextmanager
def as_sentences() -> Iterator[None]:
    """Show what is wrong with the data or the weights instead of a traceback, and go on after the block.

    Inside a fragment, which is rerun without the code around it, it has to stand inside too.
    """
    try:
        yield
    except (DatasetError, WeightsError) as error:
        st.error(str(error))


def usable(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Those whose weights can be loaded; of the others, it is said why not."""
    found = []
    for one in chosen:
        with as_sentences():
            loaders.model(one.name)
            found.append(one)
    return found
