"""All 45 pairs of classes: how much of the path between two is given to a third, for each chosen model."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation import Purity
from core.walks import files
from pages.common import arrow, gallery
from pages.common import loaders_transitions as ground
from pages.common.loaders import Card
from pages.common.pickers_transitions import KINDS, PAIR
from pages.parts.transitions import charts


def show(prefix: str, cards: Sequence[Card], method: str) -> None:
    """A matrix for each model and a table of all; a click on a row of the table walks that pair."""
    found = _measure(cards, method)
    if not found:
        return
    top = max(100 * row.third_class_share for purity in found.values() for row in purity.table) or 1.0
    for column, (title, purity) in zip(st.columns(len(found)), found.items(), strict=True):
        with column:
            st.markdown(
                f"**{title}**: a third class in {100 * purity.third_class_share:.2f} % of the frames, in {_pairs(purity)}"
            )
            st.vega_lite_chart(spec=charts.pair_matrix(purity, top), width="stretch", key=f"{prefix}-matrix-{title}")
    st.caption(
        "In each cell: the share of the 100 frames between two centroids that the judge gives to a third class, in percent."
        + _published(cards, method)
    )
    rows = files.pairs_table(found)
    key = f"{prefix}-pair-rows"
    st.markdown("Choose a row to walk that pair.")
    st.dataframe(
        arrow.rows(rows),
        lazy=False,
        hide_index=True,
        height=280,
        placeholder="–",
        key=key,
        on_select=lambda: _walk(prefix, key, next(iter(found.values()))),
        selection_mode="single-row",
        column_config={name: st.column_config.NumberColumn(format="%.0f") for name in rows[0] if name.endswith("%")},
    )
    st.download_button(
        "Pairs (CSV)",
        lambda: files.pairs_csv(found),
        f"pairs-{method}.csv",
        "text/csv",
        **gallery.DOWNLOAD,
    )


def _measure(cards: Sequence[Card], method: str) -> dict[str, Purity]:
    found = {}
    for card in cards:
        try:
            found[card.title] = ground.purity(card.name, method)
        except ValueError as error:
            st.warning(f"{card.title} has no such path for every pair: {error}.")
    return found


def _walk(prefix: str, key: str, purity: Purity) -> None:
    chosen = st.session_state[key].selection.rows
    if chosen:
        a, b = purity.pairs[chosen[0]]
        st.session_state[f"{prefix}-walk"] = KINDS[PAIR]
        st.session_state[f"{prefix}-from"], st.session_state[f"{prefix}-to"] = str(a), str(b)


def _pairs(purity: Purity) -> str:
    count = purity.pairs_affected
    return "no pair" if count == 0 else "1 pair of 45" if count == 1 else f"{count} pairs of 45"


def _published(cards: Sequence[Card], method: str) -> str:
    """What the manifest says of the same, of all trainings that differ in the seed alone, where it has been measured."""
    shares = {card.title: ground.measured(card.name, method) for card in cards}
    found = [f"{title} {', '.join(f'{100 * share:.2f}' for share in runs)} %" for title, runs in shares.items() if runs]
    if not found:
        return ""
    return f" From the centroids of MNIST's 10,000 test digits, each training of the same recipe: {'; '.join(found)}."
