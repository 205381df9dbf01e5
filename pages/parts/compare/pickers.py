"""The controls of the comparison: which models, and for those that serve every beta, at which."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import streamlit as st

from core.comparison.classes import Reader
from core.comparison.sides import Source
from core.divergence.beta import stops
from core.pictures.choosing import Shown
from pages.common import own_digit
from pages.common.loaders import Card
from pages.common.pickers_range import RangePickers
from pages.common.plane.pins import MAPS
from pages.parts.compare import loaders as ground
from pages.parts.compare.loaders import Contender

STOPS = stops()
AGAIN = "@2"  # after the name of a network for every beta that is chosen a second time
FIRST_BETA = {False: 1.0, True: 8.0}  # of the first choice and of the second
SOURCES: dict[Source, str] = {
    "prior": "Draws from N(0, I)",
    "fitted": "A Gaussian fitted to the codes",
    "axis": "Along one number of z",
}
FIRST_DIGIT = (3, 35)
Axes = Literal["auto", "same", "own"]
AXES: dict[Axes, str] = {
    "auto": "The same, if codes allow it",
    "same": "The same for all maps",
    "own": "Each map its own",
}
READERS: dict[Reader | None, str] = {
    None: "Class head, else neighbours",
    "neighbours": "10 nearest codes, all models",
    "judge": "Judge, on reconstructions",
}


@dataclass(frozen=True, eq=False)
class Looked(Shown):
    """The one digit that is looked at on all maps."""

    row: int | None  # among the embedded digits; None for one's own

    @property
    def name(self) -> str:
        """What it is called in the middle of a sentence."""
        return self.names[0]


class ComparePickers(RangePickers):
    """Pickers of two to four models and of what is shown of them."""

    def contenders(self, cards: Sequence[Card], default: Sequence[str]) -> list[Contender]:
        """The chosen models; a network for every beta can be chosen twice, and brings a slider for its beta each time."""
        offered = []
        for card in cards:
            offered.append(card)
            if card.conditional:
                offered.append(replace(card, name=card.name + AGAIN, title=f"{card.title}, second β"))
        found: list[Contender] = []
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            for card in self.models(offered, default, MAPS):
                found.append(self._contender(card, {other.title for other in found}))
        return found

    def source(self) -> Source:
        """Where the latent points come from."""
        return self.option("points", "Latent points", SOURCES, "Codes that all models decode.")

    def axis(self, size: int) -> int:
        """Which number of the code moves, counted from 1, up to `size`."""
        return self.number("number", "Number of z", 1, size, 1, "The others stay at 0.")

    def digit(self) -> Looked:
        """The digit that all maps show: one that no model was trained on, or the visitor's own. Raises WeightsError."""
        digits = ground.unseen()
        instead_of_own = partial(own_digit.put_aside, self._prefix)
        whose = "embedded digits that no model was trained on,"
        k, at = self.numbered(digits, FIRST_DIGIT, whose, instead_of_own, instead_of_own)
        own = own_digit.instead(self._prefix, self)
        if own is not None:
            return Looked(own.images, own.names, own.labels, None)
        row = int(ground.unseen_rows()[at])
        return Looked(digits.images[at : at + 1], (f"digit {row}, a {k}",), (k,), row)

    def axes(self) -> Axes:
        """Whether all maps have the same axes."""
        return self.option("axes", "Axes", AXES, "On the same axes, distances can be compared by eye.")

    def reader(self) -> Reader | None:
        """How classes are read; None for the class head where there is one, and the nearest codes elsewhere."""
        return self.option("reader", "Class read by", READERS, "One reader for all models makes their numbers comparable.")

    def _contender(self, card: Card, taken: set[str]) -> Contender:
        if not card.conditional:
            return Contender(card.name, card.name, card.title, card.latent_dim, None)
        again = card.name.endswith(AGAIN)
        name = card.name.removesuffix(AGAIN)
        network = card.title.removesuffix(", second β")
        label = f"{'Second β' if again else 'β'} of {network}"
        slider = f"beta-{name}{'-again' if again else ''}"
        beta = self.stop(slider, label, STOPS, FIRST_BETA[again], "What a nat of KL cost in training (ELBO scale).", 250)
        title = f"{network}, β = {beta:g}"
        return Contender(card.name, name, f"{title} again" if title in taken else title, card.latent_dim, beta)
