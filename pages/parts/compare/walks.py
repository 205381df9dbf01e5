"""The same path between two classes, as each model walks it, in step."""

from collections.abc import Sequence

import streamlit as st

from core.walks import files
from pages.common import reels, walkers
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
    shown = walkers.walked(contenders, lambda contender: ground.walked(contender.name, contender.beta, few, walk))
    if not shown:
        return
    films = [
        reels.reel_of(contender.title, found, ground.terrain(contender.name, contender.beta, few)) for contender, found in shown
    ]
    player(prefix, films, reels.legend(len(ground.digits(few))), rate, walk.closed, st.warning)
    st.caption(f"Centroids and support: {words.digits_used(few)}. One pair proves little; all 45 are counted under *Numbers*.")
    walkers.downloads({contender.title: found for contender, found in shown}, f"compare-{files.file_name(walk)}", rate)
