"""Where numbers pass from Python to a picture in the browser: that they arrive, and are the ones that were asked for."""

from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Browser

from core import reading, weights
from core.datasets import embedded
from core.pictures.choosing import one_of_each
from pages.parts.kl_beta.loaders import DEFAULT, FIRST_SEED
from tests.browser.maps import PLANES, ready
from tests.serving import ROOT

PANEL = ROOT / "pages" / "common" / "plane" / "panel.js"
RINGS = """root => {
  const { map } = root.planes.panels[0];
  return [...map.layers.posterior.querySelectorAll("polygon")].map((ring) => {
    const places = ring.getAttribute("points").split(" ").map((pair) => pair.split(",").map(Number));
    const span = (axis) => Math.max(...places.map((p) => p[axis])) - Math.min(...places.map((p) => p[axis]));
    return [span(0) * map.perPixel, span(1) * map.perPixel];
  });
}"""


def test_the_nearest_digit_is_nearest_in_all_of_latent_space(browser: Browser):
    """Two codes: the one that lies right under the pointer is far off the plane, so the other is nearer."""
    page = browser.new_page()
    page.add_script_tag(path=PANEL)
    find = "off => nearest({ count: 2, x: [0, 1], y: [0, 0], off, labels: [3, 8], rows: [70, 90] }, [0, 0])"
    far, flat = page.evaluate(find, [25.0, 0.25]), page.evaluate(find, None)
    page.close()
    assert (far["row"], far["label"]) == (90, 8)
    assert far["distance"] == pytest.approx(1.25**0.5)
    assert (flat["row"], flat["label"], flat["distance"]) == (70, 3, 0)


@pytest.mark.parametrize("beta", [0.1, 1.0, 10.0])
def test_the_posterior_on_the_map_is_that_of_the_beta(open_page, beta):
    """The axes of the ellipses in the SVG, at one and two sigma, against the network's own spread at this beta."""
    page = ready(open_page("/kl_beta?" + urlencode({"kl-beta": f"{beta:g}"})))
    digits = embedded()
    x = digits.subset(one_of_each(digits, 1 + FIRST_SEED)).pixels(slice(3, 4))  # draw 1, its 3
    sigma = (0.5 * reading.posterior(weights.load(DEFAULT).at(beta), x).logvar[0]).exp()
    two, one = page.locator(PLANES).evaluate(RINGS)
    for ring, times in ((two, 2), (one, 1)):
        wanted = 2 * times * sigma
        assert torch.allclose(torch.tensor(ring), wanted, rtol=0.02, atol=0.03), (ring, wanted)
