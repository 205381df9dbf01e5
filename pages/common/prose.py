"""The words of a page: its lesson, to see and to try, and behind it to be understood, with the code that runs; and titles."""

import inspect
from collections.abc import Callable, Sequence

import streamlit as st

from pages.common import lessons


def see_and_try(page: str) -> None:
    """The two sections side by side, under one another on a narrow screen."""
    for column, name in zip(st.columns(2, gap="large"), ("see", "try"), strict=True):
        column.subheader(name.capitalize())
        column.markdown(lessons.section(page, name))


@st.fragment
def understand(page: str, title: str, *code: Callable[..., object], section: str = "understand") -> None:
    """The section and the sources of those functions, closed at first."""
    key, when = f"{page}-{section.replace(' ', '-')}", "rerun" if code else "ignore"
    with st.expander(f"Understand: {title}", key=key, on_change=when) as opened:
        st.markdown(lessons.section(page, section))
        if code:
            st.markdown("The code that runs on this page:")
        if code and opened.open:
            _sources(code)


@st.fragment
def sources(title: str, key: str, *code: Callable[..., object]) -> None:
    """The very code that runs, closed at first."""
    with st.expander(title, key=key, on_change="rerun") as opened:
        if opened.open:
            _sources(code)


def _sources(code: Sequence[Callable[..., object]]) -> None:
    """Only for who looks at them: a browser fetches 1.5 MB that colour code, and takes half a second to run them."""
    for function in code:
        st.code(inspect.getsource(function), language="python")


def plain(title: str) -> str:
    """A title may be a visitor's own text: nothing in it is read as markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|$:~" else sign for sign in " ".join(title.split()))
