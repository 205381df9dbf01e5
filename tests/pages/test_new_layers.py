"""A network with another activation than ReLU on every page that draws: decoded, or a sentence where it would stand."""

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.anatomy import flow
from core.config import ModelConfig, TrainConfig
from core.introduction.outline import outline
from core.model_file import Facts, OwnModel
from core.models import ARCHITECTURES, build
from tests.core.new_architecture import bent_by
from tests.pages import apps

NAME, TITLE = "bent", "Bent"
PAGES = {
    "latent_map": {"map-model": TITLE},
    "transitions": {"tra-models": TITLE, "tra-off": "true"},
    "compare": {"cmp-models": TITLE, "cmp-tab": "Maps"},
    "reconstruction": {"rec-models": TITLE},
    "anatomy": {},
    "start": {},
    "train": {},
    "kl_beta": {},
}


def own_model(monkeypatch, activation) -> OwnModel:
    monkeypatch.setitem(ARCHITECTURES, NAME, bent_by(activation))
    model = build(ModelConfig(NAME, 2, (8,)), seed=0).eval().requires_grad_(False)
    return OwnModel(f"own-{activation.__name__}", model, TrainConfig(), Facts(TITLE, 4000, 1, 1.0, 0.05))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("activation", [nn.Tanh, nn.Softsign])
def test_every_page_opens_with_it(name, activation, monkeypatch):
    mine = own_model(monkeypatch, activation)
    page = AppTest.from_file(apps.listed()[name], default_timeout=apps.PATIENCE)
    page.session_state["own-models"] = {mine.key: mine}
    for key, value in PAGES[name].items():
        page.query_params[key] = value
    apps.healthy(page.run())
    said = " ".join(info.value for info in page.info)
    drawn = name in ("latent_map", "transitions", "compare")
    assert ("a browser cannot carry out its layer Softsign()" in said) is (drawn and activation is nn.Softsign)


@pytest.mark.parametrize("activation", [nn.Tanh, nn.Softsign])
def test_the_diagram_does_not_claim_to_draw_what_its_formulas_do_not_say(activation, monkeypatch):
    model = own_model(monkeypatch, activation).model
    assert not flow.can_be_drawn(model)
    assert flow.can_be_drawn(own_model(monkeypatch, nn.ReLU).model)
    assert [layer.kind for layer in outline(model.config).decoder] == ["dense", "dense"]
    assert model.decode(torch.zeros(1, 2)).shape == (1, 1, 28, 28)
