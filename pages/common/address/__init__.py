"""Values that no widget keeps in a page's address: what a component shows, and a visitor's own picture."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Value = TypeVar("Value")
Warn = Callable[[str], object]

_mount = st.components.v2.component("latent_lab_history", js=(Path(__file__).parent / "history.js").read_text(encoding="utf-8"))


def write(texts: Mapping[str, str | None]) -> None:
    """These values into the address, or out of it where there is none. Unchanged, nothing is sent."""
    for name, text in texts.items():
        if not text:
            st.query_params.pop(name, None)
    changed = {name: text for name, text in texts.items() if text and st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)


def one_step_each() -> None:
    """Once on every page: make what one action does to the address one step of the browser's Back, see history.js."""
    _mount(key="history")


def arrived(page: str) -> None:
    """To be called with a page's name whenever that page is run as a whole, before anything is drawn.

    Streamlit would take the values of all pickers that this run does not draw out of the address: those of closed tabs, too. So
    it is made to forget which pickers have values there; those that are drawn say so again.
    """
    history, context = _history(), get_script_run_ctx(suppress_warning=True)
    if context is not None:
        with context.session_state.query_params() as params:
            for widget in list(params._bindings_by_widget):
                params.unbind_widget(widget)
    if context is not None and context.is_history_navigation:
        history.turns[page] += 1
    elif page != history.page:  # by a link: what is kept counts, and the address has none of it yet
        history.turns[page] = 0
        history.read = {key: turn for key, turn in history.read.items() if key[0] != page}
    history.page = page


def due(state: str) -> bool:
    """Whether the address counts, and not what the session keeps under that key; asked once, it does not any more.

    It counts at first, and again after the visitor has gone back or forward to this page, though a component may not be drawn
    before its tab is opened.
    """
    history = _history()
    turn = history.turns[history.page]
    found = state not in st.session_state or history.read.get((history.page, state), 0) != turn
    history.read[history.page, state] = turn
    return found


def kept(state: str, asked: Callable[[Warn], Value], warn: Warn) -> tuple[Value, int]:
    """What a component shows, kept in the session under the key `state`, and its version.

    Where the address is `due`, it is read by `asked`: that is another version, by which the browser knows that what it shows
    has to be replaced. `asked` is given `warn` for a sentence on an address that makes no sense; after Back nobody has typed
    one, so nothing is said then.
    """
    first = state not in st.session_state
    if due(state):
        _, version = st.session_state.get(state, (None, 0))
        st.session_state[state] = asked(warn if first else _silent), version + 1
    return st.session_state[state]


@dataclass
class _History:
    """How often Back or Forward has led to each page since a link last did, and up to which time what has been read there."""

    page: str = ""
    turns: Counter[str] = field(default_factory=Counter)
    read: dict[tuple[str, str], int] = field(default_factory=dict)


def _history() -> _History:
    return st.session_state.setdefault("address-history", _History())


def _silent(_sentence: str) -> None:
    pass
