"""Values that no widget keeps in a page's address: what a component shows, and a visitor's own picture."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Value = TypeVar("Value")


def write(name: str, text: str | None) -> None:
    """The value into the address, if that says anything else, or out of it if there is none. Unchanged, nothing is sent."""
    if not text:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def from_history() -> bool:
    """Whether this run answers the browser's Back or Forward: the address then counts, and not what was shown last."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def kept(state: str, asked: Callable[[], Value]) -> tuple[Value, int]:
    """What a component shows, kept in the session under the key `state`, and its version.

    At first, and whenever the visitor goes back or forward, `asked` reads it off the address: that is another version, by which
    the browser knows that what it shows has to be replaced.
    """
    if state not in st.session_state or from_history():
        _, version = st.session_state.get(state, (None, 0))
        st.session_state[state] = asked(), version + 1
    return st.session_state[state]
