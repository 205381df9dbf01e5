"""Values that no widget keeps in a page's address: what a component shows, and a visitor's own picture."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Value = TypeVar("Value")
Warn = Callable[[str], object]


def write(texts: Mapping[str, str | None]) -> None:
    """These values into the address, or out of it where there is none. Unchanged, nothing is sent.

    What is new is one step of the browser's Back; in a run that answers Back itself, Streamlit makes no step of it.
    """
    for name, text in texts.items():
        if not text:
            st.query_params.pop(name, None)
    changed = {name: text for name, text in texts.items() if text and st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)


def from_history() -> bool:
    """Whether this run answers the browser's Back or Forward: the address then counts, and not what was shown last."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def kept(state: str, asked: Callable[[Warn], Value], warn: Warn) -> tuple[Value, int]:
    """What a component shows, kept in the session under the key `state`, and its version.

    At first, and whenever the visitor goes back or forward, `asked` reads it off the address: that is another version, by which
    the browser knows that what it shows has to be replaced. `asked` is given `warn` for a sentence on an address that makes no
    sense; after Back nobody has typed one, so nothing is said then.
    """
    back = from_history()
    if state not in st.session_state or back:
        _, version = st.session_state.get(state, (None, 0))
        st.session_state[state] = asked(_silent if back else warn), version + 1
    return st.session_state[state]


def _silent(_sentence: str) -> None:
    pass
