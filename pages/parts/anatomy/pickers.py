"""The controls of the page Anatomy: network, digit, noise, and the weights of the loss."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core import reading
from core.config import Objective, Scale
from core.datasets import Digits
from core.pictures.choosing import Shown
from core.weights import WeightsError
from pages.common import loaders, own_digit, own_pictures
from pages.common.pickers import LAST_DRAW
from pages.common.pickers_range import RangePickers

BETAS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 35.0, 100.0, 300.0, 1000.0)
ALPHAS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 50.0, 200.0)
STEP_SIZES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1)
SCALES: dict[Scale, str] = {"notebook": "notebook: MSE + β KL/784", "elbo": "ELBO, in nats"}
FIRST = (3, 335)  # a 3 that everyone can read, and whose code lies away from the middle


@dataclass(frozen=True)
class Choice:
    """What is sent through the network: row of an embedded digit, or None for the visitor's own picture, and its class."""

    row: int | None
    label: int


class AnatomyPickers(RangePickers):
    """Pickers of one digit, one draw of noise and one objective."""

    def digit(self, digits: Digits) -> tuple[Choice, Digits | Shown]:
        """A digit by class and number, or the visitor's own; the class is then what it is meant to be. Raises WeightsError.

        What has been drawn or uploaded is at first taken for what the judge reads it as.
        """
        k, row = self.numbered(digits, FIRST, on_number=partial(own_digit.put_aside, self._prefix))
        about = "Send your own digit through. *Digit* says what it is meant to be: at first what the judge reads it as."
        own = own_digit.instead(self._prefix, self, about, self._take_reading)
        if own is not None:
            return Choice(None, k), own
        return Choice(row, k), digits.subset(slice(row, row + 1))

    def _take_reading(self) -> None:
        """Set the class to what the judge reads in the visitor's own digit."""
        own = own_pictures.latest()
        with suppress(WeightsError):  # without a judge the page says so itself
            if own is not None:
                seen = reading.judged(loaders.judge(), own.pixels())
                st.session_state[f"{self._prefix}-digit"] = str(seen.label)

    def noise(self) -> int:
        """The number of the draw of epsilon; 0 is no draw. The button beside it moves on to the next."""
        self._catch_up("noise")
        number = self.number("noise", "Draw of ε", 0, LAST_DRAW, 1, "One number is one draw. 0 sets ε to 0: then z = μ.")
        self._another("noise", "Redraw ε")
        return int(number)

    def objective(self, variational: bool, classifies: bool) -> tuple[Objective, float]:
        """The weights that this network has a use for, on one of the two scales, and the step size, Adam's learning rate."""
        beta = alpha = 1.0
        if variational:
            beta = self.stop("beta", "β, weight of the KL", BETAS, 1.0, "How much the KL counts in the loss.", width=170)
        if classifies:
            alpha = self.stop("alpha", "α, of the class", ALPHAS, 1.0, "What one nat of cross-entropy costs.", width=130)
        with st.popover("More", icon=":material/tune:"):
            scale = self.option("scale", "Loss", SCALES, "Which error, and what β means. γ is 1.")
            rate = self.stop("step", "Step size", STEP_SIZES, 1e-3, "Adam’s learning rate: about how far a weight moves.")
        return Objective(scale, beta=beta, alpha=alpha), rate
