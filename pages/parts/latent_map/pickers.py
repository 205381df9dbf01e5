"""The controls of the latent map."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.maps.manifold import Spacing
from core.maps.projection import How
from core.maps.tsne import LAST_SEED, PERPLEXITIES, PERPLEXITY, SEED
from pages.common import own_digit
from pages.common.charts_map import PICK
from pages.common.loaders import Card
from pages.common.pickers import Pickers

METHODS = {"PCA": "PCA", "t-SNE": "t-SNE"}  # the first can be decoded under the pointer
PAIRS = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
SPACINGS: dict[Spacing, str] = {"prior": "quantiles of N(0, 1)", "extent": "where the codes lie"}
FIRST_DIGIT = 2018  # a 4 that the usual model puts among 9s


class MapPickers(Pickers):
    """Pickers of one model, of how to map it, and of one digit on the map."""

    def how(self, card: Card) -> How:
        """How the model's code is mapped: as it is if that is flat, else by PCA or by t-SNE, with its perplexity and seed."""
        if card.latent_dim <= 2:
            return How("as it is")
        about = "PCA is a plane cut through latent space, which can be decoded; t-SNE bends space and has no way back."
        method = self.option("by", "Map by", METHODS, about)
        if method == "PCA":
            return How("PCA")
        low, high = PERPLEXITIES
        perplexity = self.number("perplexity", "Perplexity", low, high, PERPLEXITY, "About how many neighbours each point has.")
        seed = self.number("seed", "Seed", 0, LAST_SEED, SEED, "Where the points start from; another seed, another picture.")
        return How("t-SNE", perplexity, seed)

    def directions(self, latent_dim: int) -> tuple[tuple[int, int], bool]:
        """Along which two principal directions a larger code is cut, and whether through the picked digit's code."""
        if latent_dim <= 2:
            return (0, 1), False
        pairs = {pair: f"{pair[0] + 1} and {pair[1] + 1}" for pair in PAIRS if max(pair) < latent_dim}
        pair = self.option(
            "axes", "Along components", pairs, "Principal directions of the codes, by their share of the variance."
        )
        words = {False: "the mean code", True: "the picked digit"}
        return pair, self.option("through", "Through", words, "The code in which the plane cuts latent space.")

    def digit(self, count: int) -> int:
        """Which of `count` digits is looked at: by number, or by a click on the map (see `picked`)."""
        about = f"Click a point on the map, or type a number: 0 to 499 are zeros, 500 to 999 ones, up to {count - 1}."
        instead_of_own = partial(own_digit.put_aside, self._prefix)
        return int(self.number("digit", "Digit", 0, count - 1, FIRST_DIGIT, about, then=instead_of_own))

    def picked(self, chart: str) -> None:
        """For `on_select`: take over the digit that was clicked in the chart of that key."""
        found = st.session_state[chart]["selection"].get(PICK, [])
        if found:
            self.take(int(found[0]["i"]))

    def take(self, row: int) -> None:
        """Make this the digit that is looked at, instead of one's own too."""
        st.session_state[f"{self._prefix}-digit"] = row
        own_digit.put_aside(self._prefix)

    def spacing(self, offered: Sequence[Spacing]) -> Spacing:
        """Over what the decoded grid is spread."""
        words = {spacing: SPACINGS[spacing] for spacing in offered}
        return self.option("grid", "Grid over", words, "Which codes are decoded.", disabled=len(offered) < 2)
