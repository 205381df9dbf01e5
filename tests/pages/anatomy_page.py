"""The page Anatomy as the tests open it, and what is read off its diagram."""

import json

from core import weights
from core.models import ARCHITECTURES
from pages.parts.anatomy import loaders as loaders_anatomy
from tests.pages import apps

FILE, PREFIX = "anatomy.py", "ana"
TITLES = [
    entry["title"]
    for entry in map(weights.entry, weights.names())
    if not ARCHITECTURES[entry["model"]["architecture"]].conditional and entry["model"]["latent_dim"] <= 64
]
FRESH = [title for title, _ in loaders_anatomy.FRESH.values()]
DEEP = "Multi-stage VAE β=1, 16-d"
PLAIN = "Dense AE, 2-d"


def opened(**address):
    return apps.opened(FILE, PREFIX, **address)


def diagram(page):
    told = [json.loads(found.proto.json)[0] for found in page.get("bidi_component")]
    [found] = [data for data in told if "boxes" in data]
    return found


def boxes(page):
    return {box["id"]: box for box in diagram(page)["boxes"]}


def changed(before, after):
    return {name for name in after if before[name]["digest"] != after[name]["digest"]}


def press(page, key):
    page.button(key=f"ana-{key}").click()
    return apps.healthy(page.run())
