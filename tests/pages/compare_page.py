"""The page Compare as the tests open it, and what is read off it."""

import json
import re
from base64 import b64encode
from pathlib import Path

import torch
from streamlit.testing.v1 import AppTest

from core import weights
from core.config import ModelConfig, TrainConfig
from core.model_file import Facts, OwnModel
from core.models import build
from pages.common.gallery import pngs
from tests.pages.apps import healthy

PAGE = Path(__file__).parents[2] / "pages" / "compare.py"
TABS = ("Reconstructions", "Maps", "Samples", "Transitions", "Confusion", "Numbers")
VAE, MULTI, AE = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d", "Dense AE, 2-d"
EVERY, AGAIN = "Every-β VAE, 2-d", "Every-β VAE, 2-d, second β"
TITLES = [weights.entry(name)["title"] for name in weights.names()]


def opened(tab: str = "", own: OwnModel | None = None, **address: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    if own is not None:
        page.session_state["own-models"] = {own.key: own}
    if tab:
        page.query_params["cmp-tab"] = tab
    for name, value in address.items():
        page.query_params[f"cmp-{name.replace('_', '-')}"] = value
    return healthy(page.run())


def own_model(title: str = "Mine", images: int = 4000, architecture: str = "dense-vae", latent_dim: int = 2) -> OwnModel:
    torch.manual_seed(0)
    model = build(ModelConfig(architecture, latent_dim, (16, 8))).eval().requires_grad_(False)
    return OwnModel(f"own-{title}-{images}-{latent_dim}", model, TrainConfig(seconds=5), Facts(title, images, 10, 5.0, 0.06))


def markup(page: AppTest) -> str:
    return "".join(found.proto.body for found in page.get("html"))


def banner(page: AppTest) -> str:
    return re.sub(r"<.*?>", "", re.search(r"<div class='banner.*?</div>", markup(page))[0])


def rows(page: AppTest) -> list[dict]:
    """What the gallery shows: each row's title, notes, pictures and captions."""
    return [
        {
            "title": re.search(r"<b>(.*?)</b>", row)[1],
            "notes": re.findall(r"<span>(.*?)</span>", row),
            "pictures": re.findall(r"src='data:image/png;base64,(.*?)'", row),
            "captions": re.findall(r"<figcaption>(.*?)</figcaption>", row),
        }
        for row in markup(page).split("<div class='row'>")[1:]
    ]


def encoded(pictures) -> list[str]:
    return [b64encode(data).decode() for data in pngs(pictures)]


def said(page: AppTest) -> str:
    return " ".join(text.value for kind in (page.markdown, page.caption, page.info) for text in kind)


def player(page: AppTest) -> dict:
    return json.loads(page.get("bidi_component")[0].proto.json)[0]


def charts(page: AppTest) -> list:
    return page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")


def planes(page):
    """The maps, as the browser is told of them."""
    (proto,) = (found.proto for found in page.get("bidi_component") if "cmp-latent-plane" in found.proto.id)
    return json.loads(proto.json)[0]["planes"]


def cells(page: AppTest, name: str) -> list[str]:
    row = next(row for row in markup(page).split("<tr") if f"<th scope='row'>{name}<" in row)
    return [re.sub(r"<.*?>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]
