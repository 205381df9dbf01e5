"""The map of an every-beta network at the beta of the slider, decoded under the pointer."""

import streamlit as st
from torch import Tensor

from core import reading
from core.divergence.beta import LOWEST, Look
from core.divergence.one_digit import OneDigit
from core.interpolation import centroids
from core.maps import cuts
from core.maps import view as latent_view
from pages.common import loaders
from pages.common import loaders_plane as files
from pages.common.loaders import Card
from pages.common.plane import beside, planes, through
from pages.parts.kl_beta import loaders_plane as ground
from pages.parts.kl_beta.loaders import Stage

HEIGHT = 370
SMALL = 0.06  # of the map's width: what the cursor covers
ROOM = 1.25  # how much further than the digit that is looked at the map reaches


def show(prefix: str, card: Card, here: Look, stage: Stage, draw: int, start: int | None, own: OneDigit | None) -> None:
    """Draw it. The posterior is that of the digit from which the strips start; pins stay where they are when beta moves.

    The window is as wide as it has to be at the smallest beta, for the digit that is looked at too, so that it keeps still.
    """
    view = stage.view
    cut, codes = ground.cut_and_codes(card.name, here.beta)
    middles = view.points(centroids(here.codes.mu, here.codes.labels))
    place, extent, spreads = None, stage.extent, ()
    cursor = beside(middles[3].tolist(), extent)
    if own is not None:
        place = cursor = tuple(view.points(own.posterior.mu)[0].tolist())
        spreads = cuts.spreads(cut, own.posterior)
        extent = max(extent, _room(card, stage, own.image[None, None]))
    elif start is not None:
        spreads = ground.spreads(card.name, here.beta, draw, start)
        cursor = tuple(spreads[0].mean.tolist())
        extent = max(extent, _room(card, stage, ground.original(draw, start)))
    plane = through(
        view,
        extent,
        title="",
        decoder=files.decoder(card.name),
        codes=codes,
        cut=cut,
        middles=middles.tolist(),
        film=files.modulation(card.name, here.beta),
        note=_note(stage, start, own is not None, any(one.share_of(2 * extent) < SMALL for one in spreads)),
        spreads=spreads,
        prior=True,
        own=place,
        start=cursor,
        height=HEIGHT,
    )
    planes(prefix, [plane], files.judge(), files.digits(), st.warning)


def _room(card: Card, stage: Stage, x: Tensor) -> float:
    """Half the side of a map with room around one digit, (1, 1, 28, 28), where it lies furthest out: at the smallest beta."""
    mu = reading.posterior(loaders.model(card.name).at(LOWEST), x).mu
    return latent_view.extent(ROOM * stage.view.points(mu))


def _note(stage: Stage, start: int | None, own: bool, small: bool) -> str:
    """What is drawn, and for larger codes what the plane is."""
    said = ["Numerals: centroids. Dashed rings: 1 σ and 2 σ of the prior."]
    if own:
        said.append("Ring: your own digit. Blue: 1 σ and 2 σ of its posterior, with draws from it.")
    elif start is not None:
        said.append(f"Blue: 1 σ and 2 σ of the posterior of the {start} whose code the strips start from, with draws from it.")
    if small:
        said.append("At this β it is no larger than the cursor; it grows with β.")
    if not stage.view.flat:
        said.append(
            "What is decoded lies on the plane through the origin along the two directions of largest variance at β = 1; it "
            f"holds {stage.view.share:.0%} of the variance."
        )
    return " ".join(said)
