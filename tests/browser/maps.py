"""Latent planes as the tests find them in a browser: what they show, where a place on them is, what is pinned."""

from collections.abc import Callable

import torch
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

PLANES = ".latent-planes"
SEEN = """root => root.planes.panels.map(
  ({ cursor, pixels, row, spec }) => ({ cursor, pixels: Array.from(pixels), row, spec }))"""


def ready(page: Page) -> Page:
    expect(page.locator(f"{PLANES} .panel.ready").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


def seen(page: Page):
    return page.locator(PLANES).evaluate(SEEN)


def corner(page: Page):
    box = page.locator(f"{PLANES} .map").first.bounding_box()
    return lambda across, down: (box["x"] + across * box["width"], box["y"] + down * box["height"])


def pins(page: Page, prefix: str):
    return page.evaluate(f"new URLSearchParams(location.search).get('{prefix}-pins')")


def decoded_by(page: Page, wanted: Callable[[str], bool]) -> None:
    """Wait until the first map has such a decoder: the map that stood there before was ready too."""

    def has_come() -> bool:
        spec = seen(ready(page))[0]["spec"]
        return spec and wanted(spec["decoder"])

    until(page, has_come, "the map has another decoder than before")


def off_by(page: Page, model) -> float:
    """The largest difference, in steps of 1/255, between the picture at the cursor and what PyTorch makes of that place."""
    panel = seen(page)[0]
    (x, y), origin, axes = panel["cursor"], *(torch.tensor(panel["spec"][name]) for name in ("origin", "axes"))
    with torch.inference_mode():
        wanted = (model.decode((origin + x * axes[0] + y * axes[1]).unsqueeze(0)) * 255).flatten()
    return (wanted - torch.tensor(panel["pixels"])).abs().max().item()
