"""Values that no widget keeps in a page's address: what a component shows, and a visitor's own picture."""

import streamlit as st


def write(name: str, text: str | None) -> None:
    """The value into the address, if that says anything else, or out of it if there is none. Unchanged, nothing is sent."""
    if not text:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text
