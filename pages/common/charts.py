"""Colours, and the chart of errors: data in, a Vega-Lite specification out; no Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
from altair.utils import schemapi

from pages.common import arrow

# Altair checks every part of a chart when it is made, and the whole chart again when it is finished; the second is enough.
schemapi.disable_debug_mode()

ACCENT = "#2f86d0"
QUIET = "#757f89"
# When a click's selection ends: as soon as anything else is done. Only another selection is told, and a second click on the
# same mark would be none, whatever has been chosen in between.
DONE = "view:pointerout[event.type === 'pointerout'], window:pointerdown, window:keydown"

# The ten classes, in colours that colour-blind readers can tell apart: Petroff 2021, "Accessible color sequences for data
# visualization". A class is also named beside its colour, always.
CLASS_COLOURS = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")


class Bar(NamedTuple):
    """A model's error and, where PCA is known for its code size, PCA's."""

    title: str
    mse: float
    pca: float | None


def error_bars(bars: Sequence[Bar], lines: Mapping[str, float]) -> dict[str, Any]:
    """Test MSE of each model as a bar, of PCA with a code of the same size below it, and a dashed line per baseline.

    Streamlit fits the whole chart, axis and legend included, into its height.
    """
    model, pca = "model", "PCA, same code size"
    rows = [{"title": b.title, "what": model, "mse": b.mse} for b in bars]
    rows += [{"title": b.title, "what": pca, "mse": b.pca} for b in bars if b.pca is not None]
    kinds = list(dict.fromkeys(row["what"] for row in rows))
    end = 1.04 * max([row["mse"] for row in rows] + list(lines.values()))

    x = alt.X(
        "mse:Q",
        title="test MSE (less is better)",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(tickCount=6, format=".2f", grid=False, labelBound=True),
    )
    bands = alt.Scale(paddingInner=0.45, paddingOuter=0.35)  # room for a title above each pair of bars: phones are narrow
    y = alt.Y("title:N", sort=None, axis=None, scale=bands)
    bar = alt.Chart(alt.NamedData("bars")).encode(x=x, y=y, yOffset=alt.YOffset("what:N", sort=kinds))
    colour = alt.Color(
        "what:N",
        sort=kinds,
        scale=alt.Scale(domain=kinds, range=[ACCENT, QUIET][: len(kinds)]),
        legend=alt.Legend(title=None, orient="bottom"),
    )
    tooltip = [
        alt.Tooltip("title:N", title="model"),
        alt.Tooltip("what:N", title="bar"),
        alt.Tooltip("mse:Q", title="test MSE", format=".4f"),
    ]
    title = alt.Chart(alt.NamedData("titles")).mark_text(align="left", dy=-8, color=QUIET)
    layers = [
        title.encode(x=alt.value(0), y=alt.Y("title:N", sort=None, axis=None, scale=bands, bandPosition=0), text="title:N"),
        bar.mark_bar().encode(color=colour, tooltip=tooltip),
        bar.mark_text(align="left", dx=4, color=QUIET).encode(text=alt.Text("mse:Q", format=".4f")),
    ]
    datasets = {"bars": arrow.rows(rows), "titles": arrow.columns({"title": [b.title for b in bars]})}
    for level, (name, value) in enumerate(lines.items()):
        datasets[name] = arrow.rows([{"mse": value, "text": f"{name} {value:.4f}"}])
        at = alt.Chart(alt.NamedData(name)).encode(x=x)
        layers.append(at.mark_rule(strokeDash=[4, 3], color=QUIET, strokeWidth=1.5))
        layers.append(at.mark_text(align="right", dx=4, color=QUIET).encode(y=alt.value(-8 - 15 * level), text="text:N"))
    chart = alt.layer(*layers).properties(height=52 * len(bars) + 15 * len(lines) + 115)
    return chart.to_dict() | {"datasets": datasets}
