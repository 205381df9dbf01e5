"""What this copy works with, for the first page: the architectures, the digits and the weights."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from core.introduction.inventory import Shipped
from core.models import ARCHITECTURES
from pages.common import arrow, lessons, problems
from pages.parts.start import diagrams
from pages.parts.start import loaders as ground


def architectures() -> None:
    """Every architecture of the shipped models as a drawing of its real layers."""
    with problems.as_sentences():
        cells = [
            (title, f"{about(name)} {outline.parameters:,} parameters.", diagrams.drawing(title, outline))
            for name, (title, outline) in ground.outlines().items()
        ]
        st.html(diagrams.grid(cells))


def about(architecture: str) -> str:
    """What the lesson says about an architecture; where it has no section for it, what the architecture says of itself."""
    try:
        return lessons.section("start", architecture)
    except KeyError:
        kind = ARCHITECTURES[architecture]
    found = ["Variational autoencoder." if kind.variational else "Autoencoder.", f"Layers: {kind.layer_kind}."]
    if kind.classifies:
        found.append("A second decoder reads the class off the code.")
    if kind.conditional:
        found.append("One network for every β.")
    return " ".join(found)


def digits_and_weights() -> None:
    """The digits and the weights."""
    with problems.as_sentences():
        found = ground.inventory()
        st.markdown(
            f"**Digits.** MNIST. {found.embedded:,} of them come with this copy; the shipped networks have never learned from "
            f"these but from {found.trained_on:,} others, and are measured on the 10,000 of the test set. "
            f"**Weights.** {len(found.shipped)} networks and a judge, {found.megabytes:.1f} MB, each file compared with its "
            f"checksum before it is used; {found.minutes:.0f} minutes of training, all together, on one thread."
        )
        _every_network(found.shipped)


@st.fragment
def _every_network(shipped: Sequence[Shipped]) -> None:
    """A table, for who looks at it: its part of Streamlit is half of what the first page would have to fetch and run."""
    with st.expander("All shipped networks", key="start-networks", on_change="rerun") as opened:
        if opened.open:
            st.dataframe(arrow.rows(asdict(model) for model in shipped), hide_index=True, lazy=False)
