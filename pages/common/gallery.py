"""Rows of digits under one another, each with its label: crisp, on one grey scale, at whole multiples of 28 pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from core.pictures.images import Images, png_bytes, to_uint8
from core.pictures.sheets import sheet_png
from pages.common.data_url import data_url

DOWNLOAD: dict[str, Any] = {"icon": ":material/download:", "on_click": "ignore"}  # of every button that downloads
STYLE = (Path(__file__).parent / "gallery.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """One row: PNG pictures of 28x28 pixels, what stands beside them, and what each is called.

    `names` are read aloud and shown under the pointer; `captions`, if any, stand under the pictures.
    """

    title: str
    notes: Sequence[str]
    pictures: Sequence[bytes]
    names: Sequence[str]
    captions: Sequence[str] = ()


def pngs(pictures: Images) -> list[bytes]:
    """Each of several pictures, floats in [0, 1] or bytes, as a PNG file."""
    return [png_bytes(picture) for picture in to_uint8(pictures)]


def show(rows: Sequence[Row], key: str) -> None:
    """Draw the rows inside a container of that key."""
    with st.container(key=key):
        st.html(f"<div class='gallery'>{''.join(map(_row, rows))}</div><style>{STYLE}</style>")


def download(rows: Sequence[Row], name: str, key: str) -> None:
    """A button for the pictures of the rows as one PNG file of that name, made when it is asked for."""
    st.download_button(
        "Pictures (PNG)",
        lambda: sheet_png([row.pictures for row in rows]),
        f"{name}.png",
        "image/png",
        key=key,
        **DOWNLOAD,
    )


def enlarge(key: str) -> None:
    """Few pictures, in a gallery of that key, may be larger than many: four pixels for each of theirs, everywhere."""
    gallery = f".st-key-{key} .gallery"
    fit = "repeat(auto-fill, var(--side))"
    narrow = f"@container (max-width: 111px) {{ {gallery} .digits {{ --side: 84px; }} }}"
    st.html(f"<style>{gallery} {{ --side: 112px; }} {gallery} .digits {{ grid-template-columns: {fit}; }} {narrow}</style>")


def _row(row: Row) -> str:
    notes = "".join(f"<span>{escape(note)}</span>" for note in row.notes)
    captions = row.captions or [""] * len(row.pictures)
    figures = "".join(map(_figure, row.pictures, row.names, captions))
    return (
        f"<div class='row'><div class='label'><b>{escape(row.title)}</b>{notes}</div><div class='digits'>{figures}</div></div>"
    )


def _figure(picture: bytes, name: str, caption: str) -> str:
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    source = data_url(picture)
    return f"<figure><img src='{source}' alt='{escape(name)}' title='{escape(name)}' width='28' height='28'>{below}</figure>"
