"""A visitor's own models, trained or loaded on the page Train: kept in the visitor's session, shown in every picker."""

from collections.abc import Container
from dataclasses import replace

import streamlit as st

from core.model_file import OwnModel
from core.plain import plain

MOST = 4  # models of one visitor kept at once: with sixty visitors they must fit into the server's memory
_KEY = "own-models"


def models() -> dict[str, OwnModel]:
    """By key, the oldest first; empty outside a session."""
    return st.session_state.get(_KEY, {})


def add(model: OwnModel, taken: Container[str]) -> OwnModel:
    """Keep a model, under another title if its own is among those `taken`; the oldest makes room for a fifth. Returns it."""
    if model.key in models():
        return models()[model.key]
    named = replace(model, facts=replace(model.facts, title=free_title(model.facts.title, taken)))
    kept = list(models().items())[-(MOST - 1) :]
    st.session_state[_KEY] = {**dict(kept), model.key: named}
    return named


def free_title(wanted: str, taken: Container[str]) -> str:
    """The wanted title as plain text of 50 characters at most, with a number after it if it is taken.

    It comes from a visitor, or from a file of somebody else, and stands in labels and sentences that are read as Markdown.
    """
    wanted = plain(wanted, 50) or "My model"
    number, title = 2, wanted
    while title in taken:
        title, number = f"{wanted} {number}", number + 1
    return title
