"""What the comparison says: the banner, and whether a difference is more than the seed makes."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from core.comparison.differences import Difference, verdict
from core.comparison.metrics import Line
from pages.parts.compare import loaders as ground
from pages.parts.compare.loaders import Contender

STYLE = (Path(__file__).parent / "compare.css").read_text(encoding="utf-8")


def banner(found: Sequence[Difference], count: int) -> None:
    """A sentence on how many settings differ, and each of them with its value for every model."""
    head, _, _ = verdict(found, count).rstrip(".").partition(": ")
    items = "".join(
        f"<li><span>{escape(difference.what)}:</span> <b>{escape(' · '.join(difference.values))}</b></li>"
        for difference in found
    )
    listed = f"<ul>{items}</ul>" if found else ""
    kind = "banner many" if len(found) > 1 else "banner"
    text = f"<div class='{kind}' role='status'><b>{escape(head)}.</b>{listed}</div>"
    st.html(f"<div class='compare'>{text}</div><style>{STYLE}</style>")


def digits_used(few: bool) -> str:
    """Which digits something was measured on, in words."""
    count = len(ground.digits(few))
    if few:
        return f"{count:,} embedded digits that none of these models was trained on"
    return f"the {count:,} held-out digits"


def test_error(contender: Contender) -> list[str]:
    """A model's error on the test set with its range over seeds, as far as they are known."""
    known = ground.test_metrics(contender.name, contender.beta)
    if known is None:
        return []
    own, siblings = known
    errors = [found["mse"] for found in siblings]
    notes = [f"test MSE {own['mse']:.4f}"]
    return [*notes, f"{len(errors)} seeds: {min(errors):.4f} to {max(errors):.4f}"] if len(errors) > 1 else notes


def difference(line: Line) -> str:
    """How large the largest difference between the models is, in spreads over seeds where one is known.

    Of more than two models it is said which pairs, by their numbers from 1, differ by no more than the spread.
    """
    if line.difference is None:
        return "–"
    size = line.metric.text(line.difference)
    if line.spread is None:
        return size
    count = sum(cell.value is not None for cell in line.cells)
    if len(line.alike) == count * (count - 1) // 2:
        return f"{size}: no more than the seed makes ({line.metric.text(line.spread)})"
    if line.spread == 0:
        return f"{size}, and no spread"
    ratio = line.difference / line.spread
    times = f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
    within = ", ".join(f"{i + 1} and {j + 1}" for i, j in line.alike)
    return f"{size}, {times} × the spread" + (f"; within it: {within}" if within else "")
