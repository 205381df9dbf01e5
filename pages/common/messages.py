"""What the script of a component tells the server: none is lost; one that makes no sense is a sentence and changes nothing.

The other half is messages.js, which is a part of every component that tells the server anything.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")  # to stand before a component's own
_SESSION = "messages-session"
_LATEST = 2**53  # as far as whole numbers go in the browser


@contextmanager
def checked(state: str, message: Any) -> Iterator[None]:
    """Around the part of a callback that reads a message: the text of a ValueError is kept for the run that follows.

    `state` is the session's key of what the component shows.
    """
    hear(state, message)
    try:
        yield
    except ValueError as error:
        st.session_state[f"{state}-refused"] = str(error)


def refused(state: str) -> str | None:
    """Why the last message was not taken; it is told once."""
    return st.session_state.pop(f"{state}-refused", None)


def hear(state: str, message: Any) -> None:
    """Note that a message has come, whether it makes sense or not, so that the browser does not tell it again."""
    at = message.get("at") if isinstance(message, dict) else None
    if type(at) is int and 0 <= at < _LATEST:
        st.session_state[f"{state}-heard"] = at


def heard(state: str) -> dict[str, Any]:
    """For the data of a component, as "heard": by which the browser knows whether its latest message has come."""
    session = st.session_state.setdefault(_SESSION, secrets.token_hex(4))
    return {"about": state, "session": session, "at": st.session_state.get(f"{state}-heard", 0)}
