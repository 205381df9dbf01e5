"""The tab with two KL divergences to play with: of bars, and of a Gaussian."""

from math import isfinite

import streamlit as st

from core import losses
from core.divergence import discrete, gaussians
from pages.common import prose
from pages.common.pickers_range import RangePickers
from pages.parts.kl_beta import charts_kl
from pages.parts.kl_beta.bars import bars

OUTCOMES = ("A", "B", "C", "D", "E")
EQUAL = (0.2, 0.2, 0.2, 0.2, 0.2)
PRESETS = {
    "Start": ((0.4, 0.3, 0.15, 0.1, 0.05), EQUAL),
    "P = Q": (EQUAL, EQUAL),
    "Q rules out E": ((0.4, 0.3, 0.15, 0.1, 0.05), (0.3, 0.3, 0.2, 0.2, 0.0)),
}


def show(prefix: str) -> None:
    """Both halves; moving a control redraws its half alone."""
    left, right = st.columns(2, gap="large")
    with left:
        _bars(prefix)
    with right:
        _gaussian(prefix)
    prose.sources(
        "The code that runs here", f"{prefix}-code", losses.discrete_kl, losses.kl_per_dimension, gaussians.kl_integrand
    )


@st.fragment
def _bars(prefix: str) -> None:
    st.markdown("**Two distributions over five outcomes.** Drag a bar: :blue[**P**] plain, **Q** hatched.")
    p, q = bars(prefix, OUTCOMES, PRESETS, st.warning)
    found = discrete.compare(p, q)
    ruled_out = [name for name, term in zip(OUTCOMES, found.terms, strict=True) if not isfinite(term)]
    why = f" (Q rules out {', '.join(ruled_out)}, which P makes happen)" if ruled_out else ""
    st.markdown(
        rf"$\mathrm{{KL}}(P\,\|\,Q)$ = **{_nats(found.forward)}**{why}; the other way round, "
        rf"$\mathrm{{KL}}(Q\,\|\,P)$ = **{_nats(found.reverse)}**"
    )
    st.markdown("**The terms** P log(P/Q), whose sum is the first of the two")
    st.vega_lite_chart(*charts_kl.terms(found, OUTCOMES), width="stretch", key="kl-terms")


@st.fragment
def _gaussian(prefix: str) -> None:
    pick = RangePickers(prefix)
    st.markdown("**A Gaussian against the prior.** :blue[**q** = N(μ, σ²)] filled, **p** = N(0, 1) dashed.")
    with st.container(horizontal=True, gap="medium"):
        mu = pick.slider("mu", "μ", -3.0, 3.0, 1.0, 0.05, "The mean of q: where the code of a digit lies.")
        sigma = pick.slider("sigma", "σ", 0.2, 2.0, 0.5, 0.05, "The spread of q: how sure the encoder is of the code.")
    found = gaussians.compare(mu, sigma)
    mean, width, narrow = found.terms
    st.markdown(
        rf"$\mathrm{{KL}}(q\,\|\,p) = \tfrac12(\mu^2 + \sigma^2 - 1 - \log\sigma^2)$ = "
        f"{mean:.3f} {_signed(width)} {_signed(narrow)} = **{found.kl:.3f} nats**"
    )
    st.vega_lite_chart(*charts_kl.densities(found), width="stretch", key="kl-densities")
    st.markdown(
        f"**The integrand** q log(q/p). Blue less orange, added up numerically: **{found.area:.3f} nats**. "
        rf"The other way round, $\mathrm{{KL}}(p\,\|\,q)$ = {_nats(found.reverse)}."
    )
    st.vega_lite_chart(*charts_kl.integrand(found), width="stretch", key="kl-integrand")


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'} {abs(value):.3f}"


def _nats(value: float) -> str:
    return f"{value:.3f} nats" if isfinite(value) else "∞"
