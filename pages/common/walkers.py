"""Walks of several models on a page: of those that can go that way, and the files of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import streamlit as st

from core.walks import files
from core.walks.transitions import Transition
from pages.common import gallery, prose


class Titled(Protocol):
    """A model that has been chosen, by what it is called on the page."""

    @property
    def title(self) -> str: ...


Walker = TypeVar("Walker", bound=Titled)


def walked(walkers: Sequence[Walker], take: Callable[[Walker], Transition]) -> list[tuple[Walker, Transition]]:
    """The walks that `take` makes of the models that have this path; where it raises ValueError, it is said why."""
    found = []
    for walker in walkers:
        try:
            found.append((walker, take(walker)))
        except ValueError as error:
            st.warning(f"{prose.plain(walker.title)} cannot go this way: {error}.")
    return found


def downloads(walks: Mapping[str, Transition], name: str, rate: float) -> None:
    """The frames as files of that name, made when they are asked for: walks by the models' titles, frames per second."""
    shown = list(walks.values())
    with st.container(horizontal=True):
        for label, ending, mime, make in (
            ("Animation (GIF)", "gif", "image/gif", lambda: files.animation_gif(shown, rate)),
            ("Strip (PNG)", "png", "image/png", lambda: files.strip_png(shown)),
            ("Frames (CSV)", "csv", "text/csv", lambda: files.frames_csv(walks)),
        ):
            st.download_button(label, make, f"{name}.{ending}", mime, **gallery.DOWNLOAD)
