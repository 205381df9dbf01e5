"""A visitor's own models, trained or loaded on the page Train: kept in the visitor's session, shown in every picker."""

from collections.abc import Container

import streamlit as st

from core.model_file import OwnModel

MOST = 4  # models of one visitor kept at once: with sixty visitors they must fit into the server's memory
_KEY = "own-models"


def models() -> dict[str, OwnModel]:
    """By key, the oldest first; empty outside a session."""
    return st.session_state.get(_KEY, {})


def add(model: OwnModel) -> OwnModel | None:
    """Keep a model under its key; returns the oldest one if it had to make room."""
    kept = {key: value for key, value in models().items() if key != model.key}
    dropped = kept.pop(next(iter(kept))) if len(kept) >= MOST else None
    st.session_state[_KEY] = kept | {model.key: model}
    return dropped


def free_title(wanted: str, taken: Container[str]) -> str:
    """The wanted title, cut to 50 characters, with a number after it if it is taken."""
    wanted = wanted.strip()[:50] or "My model"
    number = 2
    title = wanted
    while title in taken:
        title, number = f"{wanted} {number}", number + 1
    return title
