"""The pictures that follow beta, as HTML: sheets of digits, and for every dimension its KL beside a strip of digits."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st
import torch
from torch import Tensor

from core.datasets import Digits
from core.divergence.beta import SWEEP, Look, Pictures, paired_sheet
from core.divergence.one_digit import OneDigit
from core.pictures.images import Picture, png_bytes, strip, tile, to_uint8
from pages.common.data_url import data_url

STYLE = (Path(__file__).parent / "beta.css").read_text(encoding="utf-8")
COLUMNS = 5
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def numbers(cells: Sequence[tuple[str, str, str]], verdict: tuple[str, str], alarm: bool) -> None:
    """A row of numbers, each with its name and its unit, over a sentence that says what they mean."""
    items = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b><span>{escape(unit)}</span></div>"
        for name, value, unit in cells
    )
    kind = "verdict alarm" if alarm else "verdict"
    name, text = map(escape, verdict)
    st.html(
        f"<div class='beta'><div class='numbers'>{items}</div><p class='{kind}'><b>{name}</b> {text}</p></div>"
        f"<style>{STYLE}</style>"
    )


def own_digit(name: str, found: OneDigit) -> None:
    """The visitor's own digit beside its reconstruction, larger than the others."""
    pair = tile(to_uint8(torch.stack((found.image, found.reconstruction))), 2)
    said = f"{name} and its reconstruction"
    title = f"{name.capitalize()}, and what its code draws"
    numbers = f"MSE {found.mse:.4f} with z = μ; KL {found.kl.sum().item():.2f} nats"
    st.html(f"<div class='beta'>{_figure(title, pair, f'{said}, {numbers}', 4, numbers)}</div>")


def sheets(originals: Digits, found: Pictures) -> None:
    """Ten digits over their reconstructions, and draws from the prior."""
    pairs = paired_sheet(originals.images, found.reconstructions, COLUMNS)
    digits = ", ".join(map(str, originals.labels.tolist()))
    st.html(
        "<div class='beta'>"
        + _figure("Digits, and under each what its code draws", pairs, f"the digits {digits}, each over its reconstruction")
        + _figure("Draws from the prior", tile(found.samples, COLUMNS), "digits decoded from draws of the prior")
        + "</div>"
    )


def dimensions(here: Look, strips: Tensor, own: Tensor | None) -> None:
    """Every dimension, the one with the largest KL first: its KL as a bar, and the digits along it, (D, V, 1, 28, 28).

    With `own`, (D,), the KL of one digit, that is the bar, and the mean over the digits a line across it; the order stays.
    """
    shown = here.kl if own is None else own
    largest = max(here.kl.max().item(), shown.max().item(), 0.05)
    rows = []
    for d in here.order:
        kl, active = shown[d].item(), here.active[d]
        mean = "" if own is None else f"<u style='left:{100 * here.kl[d].item() / largest:.1f}%'></u>"
        name = "z" + str(d + 1).translate(SUBSCRIPTS)
        source = data_url(png_bytes(strip(strips[d])))
        rows.append(
            f"<div class='dimension{'' if active else ' silent'}'>"
            f"<div class='kl'><span><b>{name}</b> {'active' if active else 'silent'}</span><span>{kl:.2f} nats</span>"
            f"<div class='bar'><i style='width:{100 * kl / largest:.1f}%'></i>{mean}</div></div>"
            f"<img src='{source}' alt='{name} from {SWEEP[0]:g} to {SWEEP[-1]:g}' width='208' height='28'></div>"
        )
    st.html(f"<div class='beta'><div class='dimensions'>{''.join(rows)}</div></div>")


def _figure(title: str, picture: Picture, alt: str, times: int = 2, below: str = "") -> str:
    height, width = picture.shape
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f"<img src='{data_url(png_bytes(picture))}' alt='{escape(alt)}' width='{times * width}' height='{times * height}'>"
        f"{f'<small>{escape(below)}</small>' if below else ''}</figure>"
    )
