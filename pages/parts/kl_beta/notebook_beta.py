"""The notebook's beta beside what the papers call beta."""

from functools import partial

import streamlit as st

from core.divergence.curve import beta_of_rate
from core.divergence.translation import Translation, translate
from core.tables import csv_text
from pages.common import gallery, problems
from pages.common.pickers_range import RangePickers
from pages.parts.kl_beta import loaders as ground

STOPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 35.0, 50.0, 100.0)
FAMILY = "multistage-vae-16"
SHIPPED = {1.0: FAMILY, 30.0: f"{FAMILY}-beta30", 35.0: f"{FAMILY}-beta35", 100.0: f"{FAMILY}-beta100"}
HEADER = (
    "notebook’s β",
    "pixel noise s² = β/2",
    "s",
    "β′ of SSE/2 + β′·KL",
    "nats of KL that one nat of CE costs",
    "rate of the shipped 16-d model",
    "β of the same rate above (16-d multi-stage)",
)
TWIN = "every-beta-multistage-vae-16"


@st.fragment
def show(prefix: str) -> None:
    """A table of the shipped betas, headed by the chosen one."""
    with problems.as_sentences():
        pick = RangePickers(prefix)
        chosen = pick.stop("notebook", "The notebook's β", STOPS, 1.0, "Of MSE + β · KL / 784 + cross-entropy.", width=420)
        rows = _rows([translate(chosen), *(translate(beta) for beta in SHIPPED if beta != chosen)], ground.rates())
        lines = [f"| {' | '.join(HEADER)} |", "|---:" * len(HEADER) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
        with st.container(key=f"{prefix}-translation"):
            st.markdown("\n".join(lines))
            st.html(f"<style>.st-key-{prefix}-translation {{ overflow-x: auto; }}</style>")
        plain = partial(csv_text, HEADER, [[cell.strip("*") for cell in row] for row in rows])
        st.download_button("Table (CSV)", plain, "notebook-beta.csv", "text/csv", **gallery.DOWNLOAD)


def _rows(rows: list[Translation], rates: dict[str, float]) -> list[tuple[str, ...]]:
    found = []
    for row in rows:
        rate = rates.get(SHIPPED.get(row.notebook_beta, ""))
        twin = None if rate is None else beta_of_rate(ground.stage(TWIN).curve, rate)
        cells = (
            f"**{row.notebook_beta:g}**",
            f"{row.variance:g}",
            f"{row.spread:.3g}",
            f"{row.unit_variance_beta:g}",
            f"{row.class_weight:.3g}",
            "–" if rate is None else f"{rate:.1f} nats",
            "–" if twin is None else f"≈ {twin:.2g}",
        )
        found.append(cells)
    return found
