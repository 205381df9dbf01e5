"""What the script of a component tells the server: a message that makes no sense changes nothing and gets a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def checked(state: str) -> Iterator[None]:
    """Around the part of a callback that reads a message: the text of a ValueError is kept for the run that follows.

    `state` is the session's key of what the component shows.
    """
    try:
        yield
    except ValueError as error:
        st.session_state[f"{state}-refused"] = str(error)


def refused(state: str) -> str | None:
    """Why the last message was not taken; it is told once."""
    return st.session_state.pop(f"{state}-refused", None)
