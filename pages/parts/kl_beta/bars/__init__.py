"""Two distributions as bars that are dragged with the pointer or moved with the arrow keys."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.checked import real
from core.divergence import discrete
from pages.common import address, arrow, messages

HERE = Path(__file__).parent
Weights = tuple[float, ...]
BETWEEN = r"(?<!e)-"  # two numbers in the address; after an e it is the minus of 2.6e-09

_mount = st.components.v2.component(
    "latent_lab_bars",
    html="<div class='bars'></div>",
    css=(HERE / "bars.css").read_text(encoding="utf-8"),
    js=f"{messages.SCRIPT}\n{(HERE / 'bars.js').read_text(encoding='utf-8')}",
)


def bars(
    prefix: str, outcomes: Sequence[str], presets: Mapping[str, tuple[Weights, Weights]], warn: address.Warn
) -> tuple[Weights, Weights]:
    """The bars over a row of presets; returns P and Q, (K,) each. The first preset is shown at first.

    Both are kept in the address as `prefix`-p and `prefix`-q, in percent; `warn` gets a sentence if the address makes no sense.
    """
    state, mounted = f"{prefix}-bars", f"{prefix}-bars-picture"
    usual = next(iter(presets.values()))
    ((p, q), held), version = address.kept(state, lambda say: (_asked(prefix, usual, say), False), warn)

    def moved() -> None:
        message = st.session_state[mounted].get("bars")
        with messages.checked(state, message):
            st.session_state[state] = read_message(message, len(outcomes)), version

    def replaced(values: tuple[Weights, Weights]) -> None:
        st.session_state[state] = (values, False), version + 1

    texts = _texts(prefix, (p, q))
    at_rest = texts == _texts(prefix, usual) and not any(name in st.query_params for name in texts)
    if not held and not at_rest:  # while a bar is held, every bit of its way would be a step of the browser's Back
        address.write(texts)
    if said := messages.refused(state):
        warn(f"The browser sent bars that cannot be used ({said}); they stay as they were.")
    data = {"p": p, "q": q, "outcomes": list(outcomes), "version": version, "heard": messages.heard(state)}
    _mount(key=mounted, data=arrow.without_tables(data), on_bars_change=moved)
    with st.container(horizontal=True, gap="small"):
        for i, (label, values) in enumerate(presets.items()):
            st.button(label, key=f"{prefix}-preset-{i}", on_click=replaced, args=(values,))
        st.button("Swap P and Q", key=f"{prefix}-swap", on_click=replaced, args=((q, p),), icon=":material/swap_horiz:")
    return p, q


def read_message(message: Any, count: int) -> tuple[tuple[Weights, Weights], bool]:
    """P and Q over `count` outcomes as the browser tells them, and whether a bar is still held. Raises ValueError."""
    if not isinstance(message, dict):
        raise ValueError("not a message of these bars")
    told = [message.get(name) for name in "pq"]
    if not all(isinstance(weights, list) and len(weights) == count for weights in told):
        raise ValueError(f"not two lists of {count} numbers")
    # rounding may leave a little more than 1
    shares = [[real("a share", w, 0, 2, below=True) for w in weights] for weights in told]
    found = discrete.compare(*shares)
    return (found.p, found.q), message.get("held") is True


def _texts(prefix: str, values: tuple[Weights, Weights]) -> dict[str, str]:
    """What stands in the address, by name."""
    return {f"{prefix}-{name}": "-".join(f"{100 * w:.5g}" for w in weights) for name, weights in zip("pq", values, strict=True)}


def _asked(prefix: str, usual: tuple[Weights, Weights], warn: address.Warn) -> tuple[Weights, Weights]:
    """What the address says, normalised, or the usual distributions where it says nothing or nonsense."""
    texts = [st.query_params.get(f"{prefix}-{name}") for name in "pq"]
    if texts == [None, None]:
        return usual
    try:
        weights = [usual[i] if text is None else tuple(map(float, re.split(BETWEEN, text))) for i, text in enumerate(texts)]
        if any(len(found) != len(usual[0]) for found in weights):
            raise ValueError(f"each distribution has {len(usual[0])} numbers")
        found = discrete.compare(*weights)
    except ValueError:
        warn(
            f"The address asked for bars that are no distributions: {prefix}-p and {prefix}-q are {len(usual[0])} percentages "
            "each, such as 40-30-15-10-5. The usual ones are shown."
        )
        return usual
    return found.p, found.q
