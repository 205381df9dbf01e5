"""How the terms of the loss and their pulls have gone, step by step; data and Vega-Lite specifications, no Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from core.anatomy.tug_of_war import Record
from pages.common import arrow
from pages.common.charts import CLASS_COLOURS, QUIET
from pages.parts.anatomy.words import LETTERS

Spec = dict[str, Any]
COLOURS = {"reconstruction": CLASS_COLOURS[0], "kl": CLASS_COLOURS[1], "classification": CLASS_COLOURS[4]}
HEIGHT = 230


def terms(history: Sequence[Record]) -> tuple[pa.Table, Spec]:
    """What each term adds to the loss of its step's batch."""
    rows = [(record.index, term, value) for record in history for term, value in _weighted(record).terms.items()]
    return _lines(rows, "part of the loss", ".4g", {"zero": True})


def norms(history: Sequence[Record]) -> tuple[pa.Table, Spec]:
    """The length of each weighted term's gradient in the encoder."""
    rows = [(record.index, term, value) for record in history for term, value in _weighted(record).norms.items()]
    return _lines(rows, "length of the gradient", ".3g", {"zero": True})


def cosines(history: Sequence[Record]) -> tuple[pa.Table, Spec]:
    """The cosine of each pair of gradients; a pair in which one is zero has none."""
    rows = [
        (record.index, f"{LETTERS[a]} and {LETTERS[b]}", value)
        for record in history
        for (a, b), value in _weighted(record).cosines.items()
        if value is not None
    ]
    data, spec = _lines(rows, "cosine", ".2f", {"domain": [-1, 1]})
    pairs = {"D and KL": CLASS_COLOURS[6], "D and CE": CLASS_COLOURS[8], "KL and CE": CLASS_COLOURS[5]}
    spec["layer"].insert(0, {"data": {"values": [{"y": 0}]}, "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}})
    spec["layer"][0]["encoding"] = {"y": {"field": "y", "type": "quantitative"}}
    spec["layer"][1]["encoding"]["color"]["scale"] = _scale(pairs)
    return data, spec


def _weighted(record: Record):
    return record.pull.weighted(record.objective)


def _scale(colours: Mapping[str, str]) -> Spec:
    return {"domain": list(colours), "range": list(colours.values())}


def _lines(rows: Sequence[tuple[int, str, float]], title: str, form: str, scale: Spec) -> tuple[pa.Table, Spec]:
    """One line for each name over the steps."""
    step, names, value = zip(*rows, strict=True) if rows else ((), (), ())
    of = [LETTERS.get(name, name) for name in names]
    data = arrow.columns({"step": step, "of": of, "value": value}, step="int32", of="str", value="float32")
    colour = {
        "field": "of",
        "type": "nominal",
        "scale": _scale({LETTERS[term]: colour for term, colour in COLOURS.items()}),
        "legend": {"title": None, "orient": "top", "values": list(dict.fromkeys(of))},
    }
    y = {"field": "value", "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 4, "grid": True}}
    step = {"field": "step", "type": "quantitative", "title": "step", "axis": {"tickMinStep": 1, "format": "d", "grid": False}}
    tooltip = [
        {"field": "step", "type": "quantitative"},
        {"field": "of", "type": "nominal", "title": "of"},
        {"field": "value", "type": "quantitative", "title": title, "format": form},
    ]
    spec = {
        "height": HEIGHT,
        "layer": [
            {
                "mark": {"type": "line", "point": {"size": 22}, "strokeWidth": 2},
                "encoding": {"x": step, "y": y, "color": colour, "tooltip": tooltip},
            }
        ],
    }
    return data, spec
