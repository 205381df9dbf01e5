"""Which digits each model takes for which others."""

from collections.abc import Sequence

import streamlit as st

from core.comparison_classes import Reader, mistakes, worst_share
from pages.common import charts_compare, compare_words
from pages.common import loaders_compare as ground
from pages.common.loaders_compare import Contender
from pages.common.pickers_compare import ComparePickers

READ_BY: dict[Reader, str] = {
    "head": "read off the code by its class head",
    "neighbours": "read by the 10 nearest codes in the other half of the digits",
    "judge": "seen by the judge in its reconstructions",
}


def confusion(pick: ComparePickers, contenders: Sequence[Contender], few: bool) -> None:
    """A matrix for each model, all on one colour scale."""
    asked = pick.reader()
    few = few or asked == "judge"  # decoding and judging 5,000 pictures takes seconds for each model
    readers = [asked or _own_reader(contender) for contender in contenders]
    found = [ground.read(c.name, c.beta, few, reader) for c, reader in zip(contenders, readers, strict=True)]
    top = max(0.01, *map(worst_share, found))
    for column, contender, reader, scores in zip(st.columns(len(found), gap="medium"), contenders, readers, found, strict=True):
        with column:
            st.markdown(f"**{compare_words.plain(contender.title)}**: {100 * scores.accuracy:.2f} % right")
            chart = charts_compare.confusion(scores.confusion, top)
            st.vega_lite_chart(*chart, width="stretch", key=f"cmp-confusion-{contender.key}")
            worst = ", ".join(f"{m.true} as {m.seen} ({m.count})" for m in mistakes(scores))
            st.caption(f"Class {READ_BY[reader]}. " + (f"Most often taken: {worst}." if worst else "No digit is mistaken."))
    mixed = (
        " These models are not read in the same way, which is a difference of its own; choose one reader for all above."
        if len(set(readers)) > 1
        else ""
    )
    st.caption(
        f"Rows: the true class; columns: the class read. A cell is a number of digits, of {compare_words.digits_used(few)}; "
        f"mistakes are shaded by their share of the row, on one scale for all models.{mixed}"
    )


def _own_reader(contender: Contender) -> Reader:
    return "head" if ground.model(contender.name, contender.beta).classifies else "neighbours"
