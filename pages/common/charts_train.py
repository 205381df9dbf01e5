"""Charts of a training run; data in, alt.Chart out; no Streamlit."""

from collections.abc import Iterable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.worker import Progress
from pages.common.charts import ACCENT, CLASS_COLOURS

TERMS = {
    "reconstruction": "reconstruction, per image",
    "kl": "KL, nats per image",
    "classification": "classification, nats per image",
}


def losses(history: Iterable[Progress], terms: Sequence[str], seconds: float) -> alt.VConcatChart:
    """Each term on its own scale over the time spent; the time axis is the whole budget, so that nothing jumps."""
    rows = [{"seconds": p.seconds, **{term: p.losses[term] for term in terms}} for p in history]
    rows = rows or [{"seconds": None, **dict.fromkeys(terms)}]
    base = alt.Chart(alt.Data(values=rows)).properties(height=260 // len(terms) - 40)
    x = alt.X("seconds:Q", title="training time (s)", scale=alt.Scale(domain=[0, seconds]), axis=alt.Axis(tickCount=5))
    charts = [
        base.mark_line(color=ACCENT, interpolate="monotone")
        .encode(
            x=x,
            y=alt.Y(f"{term}:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=3)),
            tooltip=[alt.Tooltip("seconds:Q", format=".1f"), alt.Tooltip(f"{term}:Q", title=TERMS[term], format=".4g")],
        )
        .properties(title=alt.Title(TERMS[term], anchor="start", fontSize=12))
        for term in terms
    ]
    return alt.vconcat(*charts, spacing=4)


def code_map(codes: np.ndarray, labels: np.ndarray, latent_dim: int) -> alt.LayerChart:
    """Two coordinates of the codes of the watched digits, coloured by class, each class's number at its mean: (N, 2), (N,)."""
    frame = pd.DataFrame({"z1": codes[:, 0].round(3), "z2": codes[:, 1].round(3), "digit": labels.astype(str)})
    names = ("z₁", "z₂") if latent_dim == 2 else ("code, widest coordinate", "second widest")
    colour = alt.Color("digit:N", scale=alt.Scale(domain=[str(k) for k in range(10)], range=list(CLASS_COLOURS)), legend=None)
    x, y = alt.X("z1:Q", title=names[0]), alt.Y("z2:Q", title=names[1])
    points = (
        alt.Chart(frame).mark_circle(size=14, opacity=0.6).encode(x=x, y=y, color=colour, tooltip=["digit:N", "z1:Q", "z2:Q"])
    )
    middles = frame.groupby("digit", as_index=False).mean()
    ring = alt.Chart(middles).mark_circle(size=330, color="white", opacity=0.85).encode(x=x, y=y)
    text = alt.Chart(middles).mark_text(fontWeight="bold", fontSize=13, color="black").encode(x=x, y=y, text="digit:N")
    return alt.layer(points, ring, text).properties(height=300)
