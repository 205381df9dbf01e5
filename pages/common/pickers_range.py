"""Sliders over numbers."""

import streamlit as st

from pages.common.pickers import Pickers


class RangePickers(Pickers):
    """Pickers of numbers between two bounds."""

    def slider(self, name: str, label: str, low: float, high: float, first: float, step: float, explanation: str) -> float:
        """A number between two bounds."""
        wrong = [value for value in self._asked(name) if not _within(value, low, high)]
        self._name(wrong, name, f"it is a number from {low:g} to {high:g}, so {first:g} is shown")
        return st.slider(label, low, high, first, step, help=explanation, **self._bound(name))


def _within(text: str, low: float, high: float) -> bool:
    try:
        return low <= float(text) <= high
    except ValueError:
        return False
