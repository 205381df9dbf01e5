"""Two gradients as arrows from one point, with their lengths and the angle between them, as small drawings."""

from html import escape
from math import acos, atan2, cos, degrees, hypot, pi, sin

from core.anatomy.tug_of_war import Pull
from pages.common.data_url import SVG, data_url
from pages.parts.anatomy.charts import COLOURS
from pages.parts.anatomy.words import number

NAMES = {"reconstruction": "reconstruction", "kl": "KL", "classification": "class"}
WIDTH, HEIGHT, REACH = 222, 112, 88  # REACH: of the longest arrow, all in pixels
SUM = "#8a929a"  # to be seen on light and on dark: a picture does not know the colour of the page's text
_CELLS = "display:flex;flex-wrap:wrap;gap:8px 18px"
_LEGEND = "display:flex;flex-wrap:wrap;gap:0 12px;justify-content:center;font-size:0.8125rem"


def grid(pull: Pull) -> str:
    """One drawing for each pair of the weighted terms, as HTML; the longest of its three arrows is as long as there is room."""
    return f"<div style='{_CELLS}'>{''.join(_cell(pull, a, b) for a, b in pull.cosines)}</div>"


def words(pull: Pull, a: str, b: str) -> str:
    """The same in a sentence."""
    cosine = pull.cosines[a, b]
    lengths = f"{NAMES[a]} pulls with {number(pull.norms[a])}, {NAMES[b]} with {number(pull.norms[b])}"
    if cosine is None:
        return f"{lengths}; there is no angle, because one of them does not pull"
    how = "against each other" if cosine < -0.2 else "the same way" if cosine > 0.2 else "almost at right angles"
    return f"{lengths}, {how}: cosine {_cos(cosine)}, {degrees(acos(cosine)):.0f}°"


def _cell(pull: Pull, a: str, b: str) -> str:
    cosine = pull.cosines[a, b]
    angle = 0.0 if cosine is None else acos(cosine)
    across, up = pull.norms[a] + pull.norms[b] * cos(angle), pull.norms[b] * sin(angle)
    longest = max(pull.norms[a], pull.norms[b], hypot(across, up)) or 1.0
    first, second = _end(pull.norms[a] / longest, 0.0), _end(pull.norms[b] / longest, angle)
    both = REACH * across / longest, REACH * up / longest
    arrows = _arrow(*both, SUM, 1.3, "stroke-dasharray='3 3'") + _arrow(*first, COLOURS[a], 3) + _arrow(*second, COLOURS[b], 3)
    said = "no angle" if cosine is None else f"cos {_cos(cosine)}, {degrees(angle):.0f}°; sum {number(hypot(across, up))}"
    legend = "".join(
        f"<span><span style='color:{COLOURS[term]}'>●</span> {NAMES[term]} {number(pull.norms[term])}</span>" for term in (a, b)
    )
    # Streamlit takes drawings out of its HTML, but not out of pictures.
    size = f"viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'"
    source = data_url(f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{arrows}</svg>".encode(), SVG)
    picture = f"<img src='{source}' width='{WIDTH}' height='{HEIGHT}' alt='{escape(words(pull, a, b))}'>"
    return (
        f"<figure style='margin:0;width:{WIDTH}px'>{picture}"
        f"<figcaption style='{_LEGEND}'>{legend}<b style='flex-basis:100%;text-align:center'>{said}</b></figcaption></figure>"
    )


def _end(length: float, angle: float) -> tuple[float, float]:
    return REACH * length * cos(angle), REACH * length * sin(angle)


def _arrow(x: float, y: float, colour: str, width: float, more: str = "") -> str:
    """From the middle to (x, y), y upwards; nothing if it would be shorter than a pixel."""
    if hypot(x, y) < 1:
        return ""
    x0, y0, turn = WIDTH / 2, HEIGHT - 14, atan2(-y, x)
    x1, y1, head = x0 + x, y0 - y, min(9.0, hypot(x, y))
    wings = [(x1 - head * cos(turn + side), y1 - head * sin(turn + side)) for side in (-pi / 7, pi / 7)]
    corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in [(x1, y1), *wings])
    x2, y2 = x1 - 0.7 * head * cos(turn), y1 - 0.7 * head * sin(turn)
    line = f"<line x1='{x0}' y1='{y0}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' stroke-width='{width}' {more}/>"
    return f"{line}<polygon points='{corners}' fill='{colour}'/>"


def _cos(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
