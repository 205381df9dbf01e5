"""A digit of one's own, or any that is looked at, on the pages that only use it: its place, its posterior, its pictures."""

import json
import re
from base64 import b64encode

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import datasets, losses, reading, weights
from core.maps.planes import project
from core.pictures import shorthand
from core.running.worker import watched_digits, watched_rows
from pages.common import gallery, loaders_map
from pages.parts.latent_map import plane as latent_plane
from tests.pages.test_own_digit import DRAWN, MANY, PAGE, TITLES, frame, healthy


def on_page(name: str, **address: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE.parent / f"{name}.py", default_timeout=MANY)
    page.query_params["own"] = shorthand.of_strokes(DRAWN)
    for key, value in address.items():
        page.query_params[key.replace("_", "-")] = value
    return healthy(page.run())


def found_in(page: AppTest, *names: str) -> dict:
    """The component that is told all of these."""
    told = [json.loads(one.proto.json)[0] for one in page.get("bidi_component") if one.proto.json]
    [found] = [data for data in told if set(names) <= set(data)]
    return found


def code(name: str) -> torch.Tensor:
    with torch.no_grad():
        return weights.load(name).encode(torch.from_numpy(frame())[None, None].float() / 255).mu[0]


def test_on_the_latent_map_it_lies_at_its_code_among_its_neighbours():
    page = on_page("latent_map", map_own="true")
    [plane] = found_in(page, "planes")["planes"]
    assert plane["own"] == pytest.approx(code("dense-vae-2").tolist(), abs=1e-5)
    assert plane["chosen"] is None
    assert plane["posteriors"][0]["mean"] == pytest.approx(plane["own"], abs=1e-5)
    codes = loaders_map.codes("dense-vae-2").mu
    expected = (codes - code("dense-vae-2")).square().sum(dim=1).argsort()[:10].tolist()
    assert plane["near"] == expected
    assert any("Your drawing" in one.proto.body for one in page.get("html"))
    assert page.query_params["own"] == shorthand.of_strokes(DRAWN)


def test_off_the_switch_the_numbered_digit_is_looked_at():
    page = on_page("latent_map")
    [plane] = found_in(page, "planes")["planes"]
    assert plane["own"] is None
    assert plane["chosen"] == 2018


def test_on_a_map_by_pca_it_is_dropped_onto_the_plane():
    page = on_page("latent_map", map_own="true", map_model=TITLES[2], map_by="PCA")
    [plane] = found_in(page, "planes")["planes"]
    place = torch.tensor(plane["axes"]) @ (code("multistage-vae-16") - torch.tensor(plane["origin"]))
    assert plane["own"] == pytest.approx(place.tolist(), abs=1e-4)


def test_a_plane_through_the_picked_digit_goes_through_one_s_own():
    asked = {"map_own": "true", "map_model": TITLES[2], "map_by": "PCA", "map_through": "the picked digit"}
    page = on_page("latent_map", **asked)
    [plane] = found_in(page, "planes")["planes"]
    assert plane["origin"] == pytest.approx(code("multistage-vae-16").tolist(), abs=1e-5)
    assert plane["own"] == pytest.approx([0, 0], abs=1e-5)
    assert "through the code of your drawing along" in plane["note"]
    page.toggle(key="map-own").set_value(False)
    [plane] = found_in(healthy(page.run()), "planes")["planes"]
    assert "through the code of digit 2018 along" in plane["note"]


@pytest.mark.parametrize("yours", [True, False])
def test_a_pin_picks_a_digit_only_while_numbered_ones_are_looked_at(yours, monkeypatch):
    drawn = []
    monkeypatch.setattr(latent_plane, "planes", lambda *given: drawn.append(given))
    on_page("latent_map", map_own=str(yours).lower())
    [(*_, on_pick)] = drawn
    assert (on_pick is None) == yours


def test_on_a_map_by_t_sne_it_is_said_that_there_is_no_place_for_it():
    page = on_page("latent_map", map_own="true", map_model=TITLES[2], map_by="t-SNE")
    assert any("t-SNE has no way to place a new digit" in caption.value for caption in page.caption)
    assert any("Your drawing" in one.proto.body for one in page.get("html"))


def test_without_a_digit_of_one_s_own_the_numbered_one_is_shown_and_said():
    page = AppTest.from_file(PAGE.parent / "latent_map.py", default_timeout=MANY)
    page.query_params["map-own"] = "true"
    healthy(page.run())
    assert any("no digit of your own yet" in info.value for info in page.info)
    [plane] = found_in(page, "planes")["planes"]
    assert plane["chosen"] == 2018


@pytest.mark.parametrize("end", ["from", "to"])
def test_a_walk_begins_or_ends_with_it(end):
    page = on_page("transitions", tra_walk="Two digits", **{f"tra_own-{end}": "true"})
    ends = next(one.proto.body for one in page.get("html") if "From and to" in one.proto.body)
    names = re.findall(r"alt='(.*?)'", ends)
    assert names == (["yours, read as 3", "a 1"] if end == "from" else ["a 0", "yours, read as 3"])
    reels = found_in(page, "reels")["reels"]
    assert len(reels) == 2
    assert not page.warning
    assert not page.error


def test_off_the_path_both_ends_have_their_posteriors():
    both = {"tra_walk": "Two digits", "tra_off": "true", "tra_models": TITLES[2]}
    page = on_page("transitions", **both, **{"tra_own-from": "true"})
    [plane] = found_in(page, "planes")["planes"]
    origin, axes = torch.tensor(plane["origin"]), torch.tensor(plane["axes"])
    digits, network = datasets.embedded(), weights.load("multistage-vae-16")
    one = digits.images[digits.of_class(1)[0]]
    with torch.no_grad():
        found = network.encode(torch.stack((torch.from_numpy(frame()), one))[:, None].float() / 255)
    assert len(plane["posteriors"]) == 2
    for spread, mu, logvar in zip(plane["posteriors"], found.mu, found.logvar, strict=True):
        assert spread["mean"] == pytest.approx((axes @ (mu - origin)).tolist(), abs=1e-4)
        root = torch.tensor(spread["root"])
        expected = axes @ torch.diag(logvar.exp()) @ axes.T
        assert torch.allclose(root @ root.T, expected, atol=1e-5)
    assert "the posteriors of the two digits at its ends" in plane["note"]


@pytest.mark.parametrize("address", [{}, {"tra_walk": "Two digits", "tra_models": "Convolutional AE, 30-d"}])
def test_centroids_and_points_of_a_plain_autoencoder_have_no_posterior(address):
    page = on_page("transitions", tra_off="true", **address)
    planes = found_in(page, "planes")["planes"]
    assert all(plane["posteriors"] == [] and "posterior" not in plane["note"] for plane in planes)


def test_a_walk_to_a_digit_that_is_not_there_goes_to_a_real_one_and_says_so():
    page = AppTest.from_file(PAGE.parent / "transitions.py", default_timeout=MANY)
    page.query_params["tra-walk"] = "Two digits"
    page.query_params["tra-own-to"] = "true"
    healthy(page.run())
    assert any("no digit of your own yet" in info.value for info in page.info)
    assert found_in(page, "reels")["reels"]


VAE, MULTI, PLAIN = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d", "Convolutional AE, 30-d"
NAMES = {VAE: "conv-vae-16", MULTI: "multistage-vae-16", PLAIN: "conv-ae-30"}


def drawn() -> torch.Tensor:
    """(1, 1, 28, 28)."""
    return torch.from_numpy(frame())[None, None].float() / 255


def html(page: AppTest, word: str) -> str:
    [found] = [one.proto.body for one in page.get("html") if word in one.proto.body]
    return found


def test_on_compare_every_contender_reads_it_above_the_digits_of_all():
    page = on_page("compare", cmp_own="true", cmp_models=[VAE, PLAIN])
    markup = html(page, "class='reading'")
    assert re.findall(r"<section.*?<b>(.*?)</b>", markup) == ["The network sees", VAE, PLAIN]
    for title in (VAE, PLAIN):
        found = reading.read(weights.load(NAMES[title]), weights.load_judge(), drawn())
        assert f"MSE <strong>{found.mse:.4f}</strong>" in markup
    assert "class='gallery'" in html(page, "Originals")
    page.toggle(key="cmp-own").set_value(False)
    assert not any("class='reading'" in one.proto.body for one in healthy(page.run()).get("html"))


def test_on_the_maps_of_compare_one_s_own_lies_at_its_code_with_its_posterior_where_there_is_one():
    page = on_page("compare", cmp_own="true", cmp_tab="Maps", cmp_models=[VAE, PLAIN])
    first, second = found_in(page, "planes")["planes"]
    for plane, title in ((first, VAE), (second, PLAIN)):
        origin, axes = torch.tensor(plane["origin"]), torch.tensor(plane["axes"])
        place = project(origin, axes, code(NAMES[title])[None])[0].tolist()
        assert plane["own"] == pytest.approx(place, abs=1e-4)
        assert plane["chosen"] is None
    assert [len(plane["posteriors"]) for plane in (first, second)] == [1, 0]
    assert first["posteriors"][0]["mean"] == pytest.approx(first["own"], abs=1e-4)
    looked = html(page, "Your drawing")
    assert re.findall(r"<figcaption>(.*?)</figcaption>", looked) == [
        "as it is",
        *(f"{reading.read(weights.load(NAMES[t]), weights.load_judge(), drawn()).mse:.4f}" for t in (VAE, PLAIN)),
    ]


@pytest.mark.parametrize("models", [[VAE, MULTI], [VAE, "Every-β VAE, 2-d"]])
def test_a_digit_that_nobody_trained_on_is_marked_on_all_maps_of_compare(models):
    page = on_page("compare", cmp_tab="Maps", cmp_models=models, cmp_digit="7", cmp_which="12")
    digits, at = watched_digits(), int(watched_digits().of_class(7)[11])
    row = int(watched_rows(datasets.embedded())[at])
    planes = found_in(page, "planes")["planes"]
    assert [(plane["chosen"], plane["own"], len(plane["posteriors"])) for plane in planes] == [(row, None, 1)] * 2
    assert f"Digit {row}, a 7" in html(page, "as it is")
    first = re.findall(r"base64,(.*?)'", html(page, "as it is"))[0]
    assert first == b64encode(gallery.pngs(digits.images[at : at + 1])[0]).decode()
    assert planes[0]["start"] == pytest.approx(planes[0]["posteriors"][0]["mean"], abs=1e-4)


@pytest.mark.parametrize(("name", "value"), [("cmp_digit", "12"), ("cmp_which", "101"), ("cmp_which", "nan"), ("cmp_own", "7")])
def test_a_digit_that_compare_is_asked_for_in_vain_is_named(name, value):
    page = on_page("compare", cmp_tab="Maps", **{name: value})
    [warning] = page.warning
    assert f"{name.replace('_', '-')}=`{value}`" in warning.value
    assert len(found_in(page, "planes")["planes"]) == 2


def at_beta(name: str, beta: float):
    with torch.no_grad():
        return weights.load(name).at(beta).encode(drawn())


@pytest.mark.parametrize(
    ("title", "name"), [("Every-β VAE, 2-d", "every-beta-vae-2"), ("Every-β VAE, 16-d", "every-beta-vae-16")]
)
def test_under_every_beta_it_has_its_place_its_posterior_its_kl_and_its_strips(title, name):
    page = on_page("kl_beta", kl_own="true", kl_network=title, kl_beta="3")
    found = at_beta(name, 3.0)
    [plane] = found_in(page, "planes")["planes"]
    origin, axes = torch.tensor(plane["origin"]), torch.tensor(plane["axes"])
    assert plane["own"] == pytest.approx(project(origin, axes, found.mu)[0].tolist(), abs=1e-4)
    [spread] = plane["posteriors"]
    assert spread["mean"] == pytest.approx(plane["own"], abs=1e-4)
    root = torch.tensor(spread["root"])
    assert torch.allclose(root @ root.T, axes @ torch.diag(found.logvar[0].exp()) @ axes.T, atol=1e-5)
    kl = losses.kl_per_dimension(found.mu, found.logvar)[0]
    assert f"KL {kl.sum():.2f} nats" in html(page, "Your drawing, and what its code draws")
    told = re.findall(r"<b>z(.*?)</b>.*?<span>([0-9.]+) nats</span>", html(page, "class='dimensions'"))
    plain = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    assert {int(n.translate(plain)): v for n, v in told} == {d + 1: f"{v:.2f}" for d, v in enumerate(kl.tolist())}
    strips = re.findall(r"base64,(.*?)'", html(page, "class='dimensions'"))
    page.toggle(key="kl-own").set_value(False)
    other = html(healthy(page.run()), "class='dimensions'")
    assert not set(strips) & set(re.findall(r"base64,(.*?)'", other))
    assert [n for n, _ in re.findall(r"<b>z(.*?)</b>.*?<span>([0-9.]+) nats</span>", other)] == [n for n, _ in told]
    assert not any("Your drawing" in one.proto.body for one in page.get("html"))


def test_it_moves_with_beta_on_a_window_that_keeps_still():
    planes = [found_in(on_page("kl_beta", kl_own="true", kl_beta=at), "planes")["planes"][0] for at in ("0.1", "10")]
    assert planes[0]["own"] != planes[1]["own"]
    assert planes[0]["span"] == planes[1]["span"]
    assert all(abs(value) < plane["span"][0] / 2 for plane in planes for value in plane["own"])
