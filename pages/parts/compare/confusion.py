"""Which digits each model takes for which others."""

from collections.abc import Sequence

import streamlit as st

from core.comparison.classes import Reader, mistakes, read_differently, some_of_each_class, worst_share
from core.evaluation import Classification
from pages.common import gallery, prose
from pages.common.gallery import Row
from pages.parts.compare import charts, words
from pages.parts.compare import loaders as ground
from pages.parts.compare.loaders import Contender
from pages.parts.compare.pickers import ComparePickers

SHOWN = 10  # digits that are not read alike
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
            st.markdown(f"**{prose.plain(contender.title)}**: {100 * scores.accuracy:.2f} % right")
            chart = charts.confusion(scores.confusion, top)
            st.vega_lite_chart(*chart, width="stretch", key=f"cmp-confusion-{contender.key}")
            worst = ", ".join(f"{m.true} as {m.seen} ({m.count})" for m in mistakes(scores))
            st.caption(f"Class {READ_BY[reader]}. " + (f"Most often taken: {worst}." if worst else "No digit is mistaken."))
    mixed = (
        " These models are not read in the same way, which is a difference of its own; choose one reader for all above."
        if len(set(readers)) > 1
        else ""
    )
    st.caption(
        f"Rows: the true class; columns: the class read. A cell is a number of digits, of {words.digits_used(few)}; "
        f"mistakes are shaded by their share of the row, on one scale for all models.{mixed}"
    )
    if len(found) > 1:
        _disagreements(contenders, found, few)


def _disagreements(contenders: Sequence[Contender], found: Sequence[Classification], few: bool) -> None:
    """Some of the digits that are not read alike, as pictures."""
    rows = read_differently(found)
    if not len(rows):
        st.caption("All models read every digit alike.")
        return
    digits, shown = ground.digits(few), some_of_each_class(rows, ground.digits(few).labels, SHOWN)
    names, captions = [], []
    for row in shown.tolist():
        label, seen = int(digits.labels[row]), [int(one.predicted[row]) for one in found]
        readings = ", ".join(f"{k} by {contender.title}" for k, contender in zip(seen, contenders, strict=True))
        names.append(f"digit {row}, a {label}, read as {readings}")
        captions.append(f"{label}: {' · '.join(map(str, seen))}")
    notes = [f"{len(rows)} of {len(digits):,} digits", "below: the true class,", "then as each model reads it"]
    gallery.show([Row("Not read alike", notes, gallery.pngs(digits.images[shown]), names, captions)], key="cmp-unlike")


def _own_reader(contender: Contender) -> Reader:
    return "head" if ground.model(contender.name, contender.beta).classifies else "neighbours"
