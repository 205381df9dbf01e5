"""The page Transitions as the tests open it, and what is read off its animation."""

import json

from streamlit.testing.v1 import AppTest

from core import weights
from core.models import ARCHITECTURES
from tests.pages import apps

FILE = "transitions.py"
DEFAULT = ["VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d"]
TITLES = {
    entry["title"]: entry["model"]["latent_dim"]
    for entry in map(weights.entry, weights.names())
    if not ARCHITECTURES[entry["model"]["architecture"]].conditional
}


def opened(**address: str) -> AppTest:
    return apps.opened(FILE, "tra", **address)


def player(page: AppTest) -> dict:
    found = [json.loads(one.proto.json)[0] for one in page.get("bidi_component")]
    return next(data for data in found if "reels" in data)  # the others are drawing areas


def strips(page: AppTest) -> list[str]:
    return [reel["strip"] for reel in player(page)["reels"]]


def labels(page: AppTest) -> list[list[str]]:
    return [[frame["label"] for frame in reel["frames"]] for reel in player(page)["reels"]]
