"""Charts of a training run: data and Vega-Lite specifications for `st.vega_lite_chart`; no Streamlit.

They are drawn anew twice a second for everybody who trains, so a specification is plain and only the data change.
"""

from collections.abc import Iterable, Sequence
from math import ceil, log2

import numpy as np
import pandas as pd
import torch

from core.interpolation import centroids
from core.maps import view
from core.running.worker import Progress
from pages.common import charts_beta
from pages.common.charts import ACCENT
from pages.common.charts_beta import Spec

TERMS = {
    "reconstruction": "reconstruction, per image",
    "kl": "KL, nats per image",
    "classification": "classification, nats per image",
}
HEIGHT = 340  # pixels, of the terms together and of the map
_ROOM = 46  # pixels for a term's title and its share of the time axis


def losses(history: Iterable[Progress], terms: Sequence[str], seconds: float) -> tuple[pd.DataFrame, Spec]:
    """Each term on its own scale over the time spent; the time axis is the whole budget, so that nothing jumps."""
    rows = [{"seconds": p.seconds, **{term: p.losses[term] for term in terms}} for p in history]
    table = pd.DataFrame(rows or [dict.fromkeys(("seconds", *terms), 0.0)]).astype("float32")
    if not rows:
        table = table[:0]
    return table, {"vconcat": [_term(term, term == terms[-1], len(terms), seconds) for term in terms], "spacing": 6}


def code_map(codes: np.ndarray, labels: np.ndarray, latent_dim: int, prior: bool) -> tuple[pd.DataFrame, Spec]:
    """Two coordinates of the watched digits' codes, (N, 2), (N,), by class; with the rings of the prior if there is one."""
    points, classes = torch.from_numpy(codes), torch.from_numpy(labels)
    names = ("z₁", "z₂") if latent_dim == 2 else ("the widest coordinate", "second widest")
    axes = tuple(f"{name}, latent units" for name in names)
    reach = max(view.extent(points), 1e-3)
    side = 2 ** (ceil(2 * log2(reach)) / 2)  # in steps, so that the axes seldom change while the codes spread out
    return charts_beta.codes_map(points, classes, centroids(points, classes), side, axes, HEIGHT, rings=prior)


def _term(term: str, last: bool, count: int, seconds: float) -> Spec:
    """One term's line; the lowest has the time axis of all."""
    return {
        "height": (HEIGHT - _ROOM * count) // count,
        "width": "container",
        "title": {"text": TERMS[term], "anchor": "start", "fontSize": 12, "offset": 6},
        "mark": {"type": "line", "color": ACCENT, "interpolate": "monotone"},
        "encoding": {
            "x": {
                "field": "seconds",
                "type": "quantitative",
                "title": "training time, s" if last else None,
                "scale": {"domain": [0, seconds]},
                "axis": {"tickCount": 5, "labels": last, "ticks": last},
            },
            "y": {
                "field": term,
                "type": "quantitative",
                "title": None,
                "scale": {"zero": False},
                "axis": {"tickCount": 3, "minExtent": 36},
            },
            "tooltip": [
                {"field": "seconds", "title": "training time, s", "format": ".1f", "type": "quantitative"},
                {"field": term, "title": TERMS[term], "format": ".4g", "type": "quantitative"},
            ],
        },
    }
