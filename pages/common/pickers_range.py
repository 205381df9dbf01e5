"""Sliders over numbers."""

from collections.abc import Sequence

import streamlit as st

from core.divergence.beta import around
from pages.common.pickers import Pickers


class RangePickers(Pickers):
    """Pickers of numbers between two bounds, and of numbers such as beta that are set on a log scale."""

    def slider(self, name: str, label: str, low: float, high: float, first: float, step: float, explanation: str) -> float:
        """A number between two bounds."""
        wrong = [value for value in self._asked(name) if not _within(value, low, high)]
        self._name(wrong, name, f"it is a number from {low:g} to {high:g}, so {first:g} is shown")
        return st.slider(label, low, high, first, step, help=explanation, **self._bound(name))

    def stop(
        self, name: str, label: str, stops: Sequence[float], first: float, explanation: str, width: int | str = "stretch"
    ) -> float:
        """A position of a slider that is even on a log scale."""
        wrong = [value for value in self._asked(name) if value not in map(_plain_number, stops)]
        near = f"near it are {_around(wrong[0], stops)}" if wrong else ""
        self._name(wrong, name, f"that is no position of the slider ({near}), so {first:g} is shown")
        return st.select_slider(
            label, stops, first, help=explanation, format_func=_plain_number, width=width, **self._bound(name)
        )


def _within(text: str, low: float, high: float) -> bool:
    try:
        return low <= float(text) <= high
    except ValueError:
        return False


def _plain_number(value: float) -> str:
    return f"{value:g}"


def _around(text: str, stops: Sequence[float]) -> str:
    try:
        return " and ".join(map(_plain_number, around(float(text), stops)))
    except ValueError:
        return f"numbers from {stops[0]:g} to {stops[-1]:g}"
