"""Two distributions as bars that are dragged with the pointer or moved with the arrow keys."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from core.divergence import discrete
from pages.common import arrow

HERE = Path(__file__).parent
Weights = tuple[float, ...]

_mount = st.components.v2.component(
    "latent_lab_bars",
    html="<div class='bars'></div>",
    css=(HERE / "bars.css").read_text(encoding="utf-8"),
    js=(HERE / "bars.js").read_text(encoding="utf-8"),
)


def bars(
    prefix: str, outcomes: Sequence[str], presets: Mapping[str, tuple[Weights, Weights]], warn: Callable[[str], object]
) -> tuple[Weights, Weights]:
    """The bars over a row of presets; returns P and Q, (K,) each. The first preset is shown at first.

    Both are kept in the address as `prefix`-p and `prefix`-q, in percent; `warn` gets a sentence if the address makes no sense.
    """
    state, version, mounted = f"{prefix}-bars", f"{prefix}-bars-version", f"{prefix}-bars-picture"
    if state not in st.session_state:
        usual = next(iter(presets.values()))
        st.session_state[state] = _asked(prefix, usual, warn)
        st.session_state[version] = 0

    def moved() -> None:
        found = st.session_state[mounted]["bars"]
        _keep(prefix, (tuple(found["p"]), tuple(found["q"])))

    def replaced(values: tuple[Weights, Weights]) -> None:
        st.session_state[version] += 1
        _keep(prefix, values)

    p, q = st.session_state[state]
    data = {"p": p, "q": q, "outcomes": list(outcomes), "version": st.session_state[version]}
    _mount(key=mounted, data=arrow.without_tables(data), on_bars_change=moved)
    with st.container(horizontal=True, gap="small"):
        for i, (label, values) in enumerate(presets.items()):
            st.button(label, key=f"{prefix}-preset-{i}", on_click=replaced, args=(values,))
        st.button("Swap P and Q", key=f"{prefix}-swap", on_click=replaced, args=((q, p),), icon=":material/swap_horiz:")
    return p, q


def _keep(prefix: str, values: tuple[Weights, Weights]) -> None:
    """Remember the distributions for the next run, and write them into the address."""
    st.session_state[f"{prefix}-bars"] = values
    for name, weights in zip("pq", values, strict=True):
        st.query_params[f"{prefix}-{name}"] = "-".join(f"{100 * w:.3g}" for w in weights)


def _asked(prefix: str, usual: tuple[Weights, Weights], warn: Callable[[str], object]) -> tuple[Weights, Weights]:
    """What the address says, normalised, or the usual distributions where it says nothing or nonsense."""
    texts = [st.query_params.get(f"{prefix}-{name}") for name in "pq"]
    if texts == [None, None]:
        return usual
    try:
        weights = [usual[i] if text is None else tuple(float(part) for part in text.split("-")) for i, text in enumerate(texts)]
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
