"""Gestures of a pointer arrive whole at what they begin on, also while text is selected on the page."""

from pathlib import Path

import streamlit as st

_SCRIPT = (Path(__file__).parent / "gestures.js").read_text(encoding="utf-8")
_mount = st.components.v2.component("latent_lab_gestures", js=_SCRIPT)


def arrive_whole() -> None:
    """Once on every page: keep the browser from dragging selected text instead, see gestures.js."""
    _mount(key="gestures")
