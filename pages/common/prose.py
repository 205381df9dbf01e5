"""The words of a page: its lesson, to see and to try, and behind it to be understood, with the code that runs; and titles."""

import inspect
from collections.abc import Callable

import streamlit as st

from pages.common import lessons


def see_and_try(page: str) -> None:
    """The two sections side by side, under one another on a narrow screen."""
    for column, name in zip(st.columns(2, gap="large"), ("see", "try"), strict=True):
        column.subheader(name.capitalize())
        column.markdown(lessons.section(page, name))


def understand(page: str, title: str, *code: Callable[..., object], section: str = "understand") -> None:
    """The section and the sources of those functions, closed at first."""
    with st.expander(f"Understand: {title}"):
        st.markdown(lessons.section(page, section))
        if code:
            st.markdown("The code that runs on this page:")
            sources(*code)


def sources(*code: Callable[..., object]) -> None:
    """The very code that runs."""
    for function in code:
        st.code(inspect.getsource(function), language="python")


def plain(title: str) -> str:
    """A title may be a visitor's own text: nothing in it is read as markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|$:~" else sign for sign in " ".join(title.split()))
