"""The diagram of one digit's way through a network: boxes with arrows, the formula and the lines of code of each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.file_util import get_static_dir

from core.anatomy.source import Excerpt
from pages.common import address, arrow, messages
from pages.parts.anatomy.words import is_box

HERE = Path(__file__).parent
PARTS = ("anatomy", "arrows", "pictures", "formulas")  # one script in four files: a component has no modules of its own
FIRST = "z"  # the box that is explained before anything has been pointed at

# Not isolated: formulas are set by the KaTeX that Streamlit itself brings along, and its styles belong to the page.
_mount = st.components.v2.component(
    "latent_lab_anatomy",
    html="<div class='anatomy'></div>",
    css=(HERE / "anatomy.css").read_text(encoding="utf-8"),
    js="\n".join([messages.SCRIPT, *((HERE / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)]),
    isolate_styles=False,
)


def anatomy(
    prefix: str,
    boxes: Sequence[Mapping[str, Any]],
    code: Sequence[Excerpt],
    network: str,
    warn: address.Warn,
) -> str:
    """Draw the diagram; returns the box that is explained while nothing is pointed at.

    A click chooses it, and it stands in the address as `prefix`-box. Boxes that have changed since the last run are marked as
    long as `network` stays the same. `warn` gets a sentence if there is no such box.
    """
    state, mounted, name = f"{prefix}-box-chosen", f"{prefix}-diagram", f"{prefix}-box"
    ids = [box["id"] for box in boxes]
    wanted, version = address.kept(state, lambda say: _asked(name, ids, say), warn)

    def chosen() -> None:
        message = st.session_state[mounted].get("chosen")
        with messages.checked(state, message):
            st.session_state[state] = read_message(message, ids), version

    if said := messages.refused(state):
        warn(f"The browser sent a box that cannot be explained ({said}); the choice stays as it was.")
    # whenever it is drawn, because another page's address does not have it; another model may have the box that this one lacks
    address.write({name: None if wanted == FIRST else wanted})
    box = wanted if wanted in ids else FIRST
    data = {
        "boxes": list(boxes),
        "code": [asdict(excerpt) for excerpt in code],
        "network": network,
        "chosen": box,
        "version": version,  # another one: the visitor has come to this box by Back or Forward
        "heard": messages.heard(state),
        "katex": katex(),
    }
    _mount(key=mounted, data=arrow.without_tables(data), on_chosen_change=chosen)
    return box


@cache
def katex() -> str:
    """Where below the app's address Streamlit serves KaTeX; empty if this Streamlit does not, and formulas then stay LaTeX."""
    root = Path(get_static_dir())
    return next((file.relative_to(root).as_posix() for file in sorted(root.glob("static/js/katex.*.js"))), "")


def read_message(message: object, ids: Sequence[str]) -> str:
    """The box, one of `ids`, that the browser says was clicked. Raises ValueError."""
    box = message.get("box") if isinstance(message, dict) else None
    if not isinstance(box, str) or box not in ids:
        raise ValueError("not one of this diagram")
    return box


def _asked(name: str, ids: Sequence[str], warn: address.Warn) -> str:
    text = st.query_params.get(name)
    if text is None or is_box(text):
        return text or FIRST
    warn(
        f"The address asked for a box that this diagram does not have: {name} is one of {', '.join(ids)}. {FIRST} is explained."
    )
    return FIRST
