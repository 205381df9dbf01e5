"""The same path between two classes, as each model walks it, in step."""

from collections.abc import Sequence

import streamlit as st

from core.walks import files
from core.walks.transitions import Transition, Walk
from pages.common import reels
from pages.common.pickers_transitions import WalkPickers
from pages.common.player import player
from pages.parts.compare import loaders as ground
from pages.parts.compare import words
from pages.parts.compare.loaders import Contender


def walks(prefix: str, contenders: Sequence[Contender], few: bool) -> None:
    """The controls of a walk, and the animations in step with what the judge sees."""
    pick = WalkPickers(prefix)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        walk, rate = pick.walk(ground.digits(few))
    if walk is None:
        return
    shown = _walked(contenders, walk, few)
    if not shown:
        return
    films = [
        reels.reel_of(contender.title, found, ground.terrain(contender.name, contender.beta, few)) for contender, found in shown
    ]
    player(prefix, films, reels.legend(len(ground.digits(few))), rate, walk.closed, st.warning)
    st.caption(f"Centroids and support: {words.digits_used(few)}. One pair proves little; all 45 are counted under *Numbers*.")
    found, name = [walk for _, walk in shown], f"compare-{files.file_name(walk)}"
    with st.container(horizontal=True):
        for label, ending, mime, make in (
            ("Animation (GIF)", "gif", "image/gif", lambda: files.animation_gif(found, rate)),
            ("Strip (PNG)", "png", "image/png", lambda: files.strip_png(found)),
            ("Frames (CSV)", "csv", "text/csv", lambda: files.frames_csv({c.title: w for c, w in shown})),
        ):
            st.download_button(label, make, f"{name}.{ending}", mime, icon=":material/download:", on_click="ignore")


def _walked(contenders: Sequence[Contender], walk: Walk, few: bool) -> list[tuple[Contender, Transition]]:
    """The walks of those models that have this path; of the others, it is said why not."""
    found = []
    for contender in contenders:
        try:
            found.append((contender, ground.walked(contender.name, contender.beta, few, walk)))
        except ValueError as error:
            st.warning(f"{words.plain(contender.title)} cannot go this way: {error}.")
    return found
