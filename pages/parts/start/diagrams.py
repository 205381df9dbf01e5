"""Architectures as small drawings: one box for each layer, as tall as the logarithm of how many numbers it puts out."""

from collections.abc import Sequence
from html import escape
from math import log2

from core.config import CLASSES, PIXELS
from core.introduction.outline import Layer, Outline
from pages.common.data_url import SVG, data_url

STEP, BOX, HEIGHT, MIDDLE = 44, 20, 162, 58
ACCENT, QUIET, TEXT = "#2f86d0", "#8d969e", "#757f89"
FIT = "display:block;max-width:100%;height:auto"
SMALL = "font-size:0.875rem"
GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(380px,100%),1fr));gap:20px 28px"


def grid(cells: Sequence[tuple[str, str, str]]) -> str:
    """Titles, texts and drawings as HTML, side by side where there is room."""
    figures = "".join(
        f"<figure style='margin:0'><b>{escape(title)}</b>{drawing}"
        f"<figcaption style='{SMALL}'>{escape(text)}</figcaption></figure>"
        for title, text, drawing in cells
    )
    return f"<div style='{GRID}'>{figures}</div>"


def drawing(title: str, found: Outline) -> str:
    """The network from the picture on the left to the picture on the right; a class head branches off below the code."""
    picture = Layer("picture", (1, 28, 28))
    left = [picture, *found.encoder]
    right = [*found.decoder[:-1], picture]
    parts, x = [], 6
    for i, layer in enumerate(left):
        parts += _layer(x, layer, steered=found.steered and i > 0)
        x += STEP
    code = x
    parts += _code(code, found)
    x += STEP
    for i, layer in enumerate(right):
        parts += _layer(x, layer, steered=found.steered and i < len(right) - 1)
        x += STEP
    if found.classes:
        parts += _classes(code, found.classes)
    wires = "".join(
        f"<line x1='{a + BOX}' y1='{MIDDLE}' x2='{a + STEP}' y2='{MIDDLE}' stroke='{QUIET}' stroke-width='1.5'/>"
        for a in range(6, x - STEP, STEP)
    )
    width = x - STEP + BOX + 6
    words = escape(_words(title, found), quote=True)
    # Streamlit takes drawings out of its HTML, but not out of pictures. A picture does not know the theme: grey goes with both.
    lines = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {HEIGHT}' width='{width}' height='{HEIGHT}'"
        f" font-size='10' font-family='sans-serif' fill='{TEXT}' text-anchor='middle'>{wires}{''.join(parts)}</svg>"
    )
    source = data_url(lines.encode(), SVG)
    return f"<img src='{source}' alt='{words}' title='{words}' width='{width}' height='{HEIGHT}' style='{FIT}'>"


def _words(title: str, found: Outline) -> str:
    sizes = [PIXELS, *(layer.size for layer in found.encoder), found.code, *(layer.size for layer in found.decoder)]
    ends = f", and from the code {CLASSES} classes" if found.classes else ""
    return f"{title}: {' to '.join(map(str, sizes))} numbers{ends}"


def _layer(x: int, layer: Layer, steered: bool) -> list[str]:
    tall = 8 + 7.6 * log2(layer.size)
    mark = ""
    if steered:
        mark = f"<text x='{x + BOX / 2}' y='{MIDDLE + 4}' fill='white' font-weight='bold'>β</text>"
    fill = "#111418" if layer.kind == "picture" else QUIET
    box = (
        f"<rect x='{x}' y='{MIDDLE - tall / 2:.1f}' width='{BOX}' height='{tall:.1f}' rx='2' fill='{fill}'"
        f" stroke='{QUIET}'><title>{escape(layer.kind)}, {layer.size:,} numbers</title></rect>"
    )
    return [box, mark, *_label(x, layer)]


def _label(x: int, layer: Layer) -> list[str]:
    if len(layer.shape) == 1:
        lines = [str(layer.shape[0])]
    else:
        channels, height, width = layer.shape
        lines = ([str(channels)] if channels > 1 else []) + [f"{height}×{width}"]
    return [f"<text x='{x + BOX / 2}' y='{MIDDLE + 68 + 12 * i}'>{line}</text>" for i, line in enumerate(lines)]


def _code(x: int, found: Outline) -> list[str]:
    centre = x + BOX / 2
    label = f"<text x='{centre}' y='{MIDDLE - 34}' font-weight='bold' fill='{ACCENT}'>z: {found.code}</text>"
    if not found.variational:
        tall = min(96.0, 8 + 7.6 * log2(found.code))
        box = f"<rect x='{x}' y='{MIDDLE - tall / 2:.1f}' width='{BOX}' height='{tall:.1f}' rx='2' fill='{ACCENT}'/>"
        return [box, label.replace(f"y='{MIDDLE - 34}'", f"y='{MIDDLE - tall / 2 - 6:.1f}'")]
    boxes = [
        f"<rect x='{x}' y='{y}' width='{BOX}' height='18' rx='2' fill='{ACCENT}'/>"
        f"<text x='{centre}' y='{y + 13}' fill='white' font-weight='bold'>{name}</text>"
        for y, name in ((MIDDLE - 20, "μ"), (MIDDLE + 2, "σ"))
    ]
    return [*boxes, label]


def _classes(x: int, layers: tuple[Layer, ...]) -> list[str]:
    """Down from the code and to the right: the second decoder."""
    centre, bottom = x + BOX / 2, HEIGHT - 6
    names = " → ".join(str(layer.shape[0]) for layer in layers)
    return [
        f"<path d='M{centre} {MIDDLE + 20} V{bottom - 4} h14' fill='none' stroke='{ACCENT}' stroke-width='1.5'/>",
        f"<text x='{centre + 18}' y='{bottom}' text-anchor='start' fill='{ACCENT}'>{names} classes</text>",
    ]
