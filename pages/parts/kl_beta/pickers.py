"""The controls of the page about KL and beta."""

from collections.abc import Sequence

import streamlit as st

from pages.common.loaders import Card
from pages.common.pickers_range import RangePickers


class BetaPickers(RangePickers):
    """Pickers of a network for every beta, and of beta."""

    def network(self, cards: Sequence[Card], default: str) -> Card:
        """One network; `default` at first, or the first there is."""
        by_title = {card.title: card for card in cards}
        first = next((i for i, card in enumerate(cards) if card.name == default), 0)
        wrong = [value for value in self._asked("network") if value not in by_title]
        self._name(wrong, "network", f"there is no such network, so {cards[first].title} is shown")
        title = st.selectbox(
            "Network",
            list(by_title),
            first,
            filter_mode=None,
            width=240,
            help="Each is one network trained for every β at once. The multi-stage ones also read the class off the code.",
            **self._bound("network"),
        )
        return by_title[title]
