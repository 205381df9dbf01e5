"""Values that no widget keeps in a page's address: what a component shows, and a visitor's own picture."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


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
