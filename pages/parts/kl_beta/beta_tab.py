"""The tab where one slider moves everything: codes, curve, pictures and every dimension's KL."""

from functools import partial

import streamlit as st

from core.divergence import beta, files, one_digit
from core.divergence.beta import Look
from pages.common import gallery, loaders, own_digit, problems
from pages.common.loaders import Card
from pages.parts.kl_beta import beta_pictures, beta_words, charts_beta, plane_beta
from pages.parts.kl_beta import loaders as ground
from pages.parts.kl_beta.pickers import BetaPickers

STOPS = beta.stops()
SIDE = 370  # of the map and the curve, in pixels
HELD_UP = 3.0  # the beta from which the plain network is worth a comparison
STARTS = {3: "a 3", **{k: f"a {k}" for k in (0, 1, 2, 4, 5, 6, 7, 8, 9)}, None: "the origin"}


@st.fragment
def show(prefix: str) -> None:
    """The controls and all that follows them; moving a control redraws only this."""
    with problems.as_sentences():
        _draw(prefix, BetaPickers(prefix))


def _draw(prefix: str, pick: BetaPickers) -> None:
    cards = ground.networks()
    if not cards:
        st.info("No network for every β is shipped with this copy. Run `python -m core.pretrain every-beta-vae-2`.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        card = pick.network(cards, ground.DEFAULT)
        yours = own_digit.instead(prefix, pick, "Your own digit on the map, and strips that start from its code.")
        at = pick.stop("beta", "β, the price of one nat of KL (ELBO scale)", STOPS, 1.0, "The loss is distortion + β · rate.")
        with st.popover("More", icon=":material/tune:"):
            draw = pick.draw()
            about = "Every strip moves one number of this code."
            start = pick.option("start", "Strips start from", STARTS, about, disabled=yours is not None)

    stage, here = ground.stage(card.name), ground.look(card.name, at)
    found, originals = ground.pictures(card.name, at, draw, start), ground.originals(draw)
    own = None if yours is None else one_digit.read(loaders.model(card.name), at, yours.pixels())
    _numbers(card, here, stage)
    left, middle, right = st.columns([40, 34, 29], gap="medium")
    with left:
        st.markdown("**Map** of the codes μ: decoded under the pointer")
        plane_beta.show(prefix, card, here, stage, draw, start, own)
    with middle:
        _curve(here, stage)
    with right:
        if own is not None:
            beta_pictures.own_digit(yours.names[0], own)
        beta_pictures.sheets(originals, found)
    st.markdown(beta_words.about_strips(None if start is None else STARTS[start], None if yours is None else yours.names[0]))
    beta_pictures.dimensions(here, found.strips if own is None else own.strips, None if own is None else own.kl)
    with st.container(horizontal=True):
        for label, ending, mime, make in (
            ("Pictures (PNG)", "png", "image/png", partial(files.sheet_png, originals, found, own=own)),
            ("Dimensions (CSV)", "csv", "text/csv", partial(files.dimensions_csv, here, None if own is None else own.kl)),
            ("Curve (CSV)", "csv", "text/csv", partial(files.curve_csv, stage.curve)),
        ):
            name = f"{label.split()[0].lower()}-{card.name}" + ("" if "Curve" in label else f"-beta-{at:g}")
            st.download_button(label, make, f"{name}.{ending}", mime, **gallery.DOWNLOAD)


def _numbers(card: Card, here: Look, stage: ground.Stage) -> None:
    cells = [
        ("β", f"{here.beta:g}", "ELBO scale"),
        ("rate", f"{here.rate:.2f}", "nats"),
        ("distortion", f"{here.distortion:.1f}", "nats"),
        ("distortion + β · rate", f"{here.objective:.1f}", "nats"),
        ("MSE, z sampled", f"{here.mse:.4f}", "per pixel"),
        ("active dimensions", f"{sum(here.active)} of {len(here.active)}", "variance of μ > 0.01"),
    ]
    if here.accuracy is not None:
        cells.append(("class read off μ", f"{here.accuracy:.1%}", "right"))
    beta_pictures.numbers(cells, beta_words.verdict(here, stage.blind_mse, _plain_rate(card, here)), here.collapse != "none")


def _plain_rate(card: Card, here: Look) -> float | None:
    """The rate, at the same beta, of the network of the same size that has no class head."""
    plain = card.name.replace("-multistage", "")
    if here.beta < HELD_UP or here.accuracy is None or plain not in {card.name for card in ground.networks()}:
        return None
    return ground.look(plain, here.beta).rate


def _curve(here: Look, stage: ground.Stage) -> None:
    st.markdown("**Rate against distortion**, from β = 0.1 to 30")
    st.vega_lite_chart(*charts_beta.rate_distortion(stage.curve, here, SIDE), width="stretch", key="kl-curve")
    st.caption(
        f"The dashed line has slope −β: every point on it costs the same. "
        f"Dot: {len(here.codes):,} held-out digits, measured now; curve: all {len(loaders.digits()):,}."
    )
