"""Drawings and texts become lines that say the same whatever the layout."""

from math import cos, pi, sin

import pytest

from tests.golden.drawn import lines
from tests.golden.words import beside_numbers, with_numbers


def ticks(unit, width, height):
    """The texts of two axes, 0 in the middle, with so many pixels a unit."""
    named = [(-2, "−2"), (-1, "−1"), (0, "0"), (1, "1"), (2, "2")]
    across = [{"text": name, "anchor": "middle", "at": [width / 2 + unit * v, height - 5]} for v, name in named]
    up = [{"text": name, "anchor": "end", "at": [30, height / 2 - unit * v]} for v, name in named]
    return across + up


def drawing(unit, width, height, reach=(1.0, 0.5)):
    """A map with a point at (1, −0.5) and an ellipse about the origin that reaches so far across and up."""
    ring = [
        [width / 2 + unit * reach[0] * cos(k * pi / 36), height / 2 - unit * reach[1] * sin(k * pi / 36)] for k in range(72)
    ]
    return {
        "kind": "drawing",
        "name": "",
        "hidden": True,
        "size": [width, height],
        "texts": ticks(unit, width, height),
        "circles": [{"r": 6, "at": [width / 2 + unit, height / 2 + unit / 2]}],
        "rects": [{"at": [width / 2, height / 2], "wide": width, "tall": height}],
        "polygons": [ring],
        "polylines": [],
        "paths": [],
        "counts": {"circle": 1, "polygon": 1},
    }


def test_places_are_told_in_the_units_of_the_axes_whatever_the_size():
    small, large = lines(drawing(60, 400, 300)), lines(drawing(90, 640, 480))
    assert small == large
    assert "circle of 6 pixels ×1 at (1.00, -0.50)" in small
    assert "polygon as an ellipse around (0.00, 0.00), reaching 1.000 across and 0.500 up, correlation 0.00" in small


def test_an_ellipse_on_its_side_is_another():
    assert lines(drawing(60, 400, 300)) != lines(drawing(60, 400, 300, (0.5, 1.0)))


def test_a_chart_is_told_by_its_axes_and_marks():
    marks = {
        "mark": "symbol",
        "count": 3,
        "labels": ["rate, nats: 1.5; seen: a 3", "rate, nats: 2.25; seen: a 3", "rate, nats: −3; seen: a 5"],
        "texts": [],
        "places": [[0, 0], [0.5, 0.25], [1, 1]],
    }
    axis = ["X-axis titled 'rate' for a linear scale with values from −3 to 3", ["−3", "0", "3"]]
    told = lines({"kind": "chart", "axes": [axis], "legends": [["0", "1"]], "titles": [], "marks": [marks]})
    assert told == [
        f"chart of 1 kinds of marks, {axis[0]}",
        f"{axis[0]}; ticks −3 0 3",
        "legend or title: 0; 1",
        "symbol ×3 at (0 %, 0 %) (50 %, 25 %) (100 %, 100 %)",
        "symbol tells rate, nats: -3.00 to 2.25, 1.50, 2.25, -3.00; seen: a 3, a 3, a 5",
    ]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("β 1 ELBO scale", "β 1 ELBO scale"),
        ("one two three four five 6 seven eight nine ten eleven", "… two three four five 6 seven eight nine ten …"),
        ("one two three four five six | 7 | 8", "one two three four five six | 7 | 8"),
    ],
)
def test_a_number_keeps_the_words_beside_it(line, kept):
    assert beside_numbers(line) == kept


def test_what_a_lesson_says_is_no_number_of_a_page():
    from pages.common import lessons

    prose = [line for line in lessons.section("kl_beta", "translation").splitlines() if any(c.isdigit() for c in line)]
    assert prose
    assert with_numbers(prose) == []
    assert with_numbers(["no number", "MSE 0.0123", "7.000000000000001 | 9"]) == ["MSE 0.0123", "7 | 9"]
