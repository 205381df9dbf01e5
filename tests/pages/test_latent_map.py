"""The page Latent map, run without a browser: maps as they are, PCA and t-SNE, the distances, the plane, and bad addresses."""

from base64 import b64encode
from types import SimpleNamespace

import pytest
from scipy.spatial.distance import cdist

from core import weights
from core.config import CLASSES
from core.maps.projection import How
from core.pictures.images import png_bytes
from pages.common import loaders, loaders_map
from pages.common.projecting import ProjectionError
from pages.parts.latent_map import pickers, preparing, sections
from pages.parts.latent_map.digit_panel import NEIGHBOURS
from pages.parts.latent_map.pickers import FIRST_DIGIT, MapPickers
from tests.pages import apps

FILE = "latent_map.py"
TITLE = {name: weights.entry(name)["title"] for name in weights.names()}
DEEP = TITLE["multistage-vae-16"]


def opened(**address: str):
    return apps.opened(FILE, "map", **address)


def test_it_opens_with_the_plane_of_a_vae_a_digit_and_its_neighbours():
    page = opened()
    assert page.selectbox(key="map-model").value == TITLE[loaders_map.DEFAULT]
    assert page.number_input(key="map-digit").value == FIRST_DIGIT
    assert f"Digit {FIRST_DIGIT}, a {int(loaders.digits().labels[FIRST_DIGIT])}" in apps.html(page)
    assert len(apps.pictures(page)) == 2 + NEIGHBOURS + 1  # the digit, its reconstruction, its neighbours, the decoded plane
    assert "The decoded plane" in [heading.value for heading in page.subheader]
    assert not page.warning


def test_a_model_of_16_numbers_that_was_prepared_lets_nobody_wait_for_the_count_of_kept_neighbours(monkeypatch):
    loaders_map.kept.clear()
    preparing.prepare(next(card for card in loaders.cards() if card.title == DEEP))
    monkeypatch.setattr(loaders_map, "kept_on_map", None)
    page = opened(model=DEEP)
    assert any("of the 10 nearest codes of a digit" in text.value.lower() for text in page.caption)


def test_the_neighbours_are_the_nearest_codes():
    page = opened(digit="777")
    mu = loaders_map.codes(loaders_map.DEFAULT).mu.numpy()
    away = cdist(mu[777:778], mu)[0]
    away[777] = float("inf")
    digits = loaders.digits()
    expected = [b64encode(png_bytes(digits.images[row].numpy())).decode() for row in away.argsort()[:NEIGHBOURS]]
    assert apps.pictures(page)[2 : 2 + NEIGHBOURS] == expected


def test_another_digit_is_another_panel_and_the_same_plane():
    page = opened()
    before = apps.pictures(page)
    page.number_input(key="map-digit").set_value(4999)
    after = apps.pictures(apps.healthy(page.run()))
    assert all(a != b for a, b in zip(after[:2], before[:2], strict=True))
    assert after[-1] == before[-1]
    assert "Digit 4999, a 9" in apps.html(page)


def test_another_model_is_another_reconstruction_another_matrix_and_another_plane():
    page = opened()
    before, matrix = apps.pictures(page), apps.charts(page)[-2]
    page.selectbox(key="map-model").set_value(TITLE["conv-vae-2"])
    after = apps.pictures(apps.healthy(page.run()))
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert after[-1] != before[-1]
    assert apps.charts(page)[-2] != matrix


def test_the_questions_are_answered_by_the_distances():
    page = opened()
    distances = loaders_map.centroids(loaders_map.DEFAULT).distances.numpy()
    for of, other in sections.QUESTIONS:
        row = {k: distances[of, k] for k in range(CLASSES) if k != of}
        nearest = min(row, key=row.get)
        answer = "Yes" if nearest == other else f"No**: {nearest} is nearer"
        assert f"Is {of} nearest to {other}? **{answer}" in apps.prose(page)


def test_a_larger_code_is_cut_by_a_plane_and_by_tsne_is_there_at_once_with_a_warning():
    page = opened(model=DEEP)
    assert page.selectbox(key="map-by").value == "PCA"
    assert "Distances in t-SNE" not in apps.prose(page)
    page.selectbox(key="map-by").set_value("t-SNE")
    apps.healthy(page.run())
    assert "Distances in t-SNE mean little" in apps.prose(page)
    assert "5,000 digits that no shipped model" in apps.prose(page)


def test_thumbnails_can_be_left_out_of_a_map():
    with_them, without = (opened(model=DEEP, by="t-SNE", **more) for more in ({}, {"points": "true"}))
    assert len(apps.charts(without)[0]) < len(apps.charts(with_them)[0])


def test_a_tsne_that_fails_is_a_sentence_and_the_rest_of_the_page_is_there(monkeypatch):
    def fails(*_):
        raise ProjectionError("t-SNE was given up.")

    monkeypatch.setattr(loaders_map.projector(), "map_of", fails)
    page = opened(model=DEEP, by="t-SNE", seed="77")
    assert [warning.value for warning in page.warning] == ["t-SNE was given up."]
    assert "The decoded plane" in [heading.value for heading in page.subheader]


def test_a_tsne_of_other_settings_is_waited_for(monkeypatch):
    asked = []

    def found(key, codes, perplexity, seed, report):
        asked.append((key, len(codes), perplexity, seed))
        report(0.5, "half")
        return codes[:, :2].copy()

    monkeypatch.setattr(loaders_map.projector(), "map_of", found)
    page = opened(model=DEEP, by="t-SNE", perplexity="12", seed="9")
    assert asked == [(("multistage-vae-16", How("t-SNE", 12, 9)), 2000, 12, 9)]
    assert "2,000 digits that no shipped model" in apps.prose(page)
    loaders_map._live_tsne.clear()


@pytest.mark.parametrize("spacing", list(pickers.SPACINGS.values()))
def test_the_plane_is_decoded_over_the_prior_or_where_the_codes_lie(spacing):
    page = opened(grid=spacing)
    assert page.selectbox(key="map-grid").value == spacing
    marked = "quantiles of N(0, 1)**" if spacing.startswith("quantiles") else "where the codes of the digits lie**"
    assert marked in apps.prose(page)


def test_all_models_answer_the_questions_when_they_are_asked_to():
    assert len(opened().dataframe) == 0
    table = opened(all="true").dataframe[0].value
    assert len(table) == len(loaders.cards())
    said = apps.prose(opened(all="true"))
    assert f"8 is nearest to 3 in {(table['nearest to 3'] == 8).sum()} of {len(table)} models." in said


@pytest.mark.parametrize(
    ("name", "value", "more"),
    [
        ("model", "No such model", {}),
        ("digit", "5000", {}),
        ("digit", "-1", {}),
        ("digit", "²", {}),
        ("grid", "everywhere", {}),
        ("points", "perhaps", {}),
        ("zoom", "2", {}),
        ("all", "some", {}),
        ("by", "magic", {"model": DEEP}),
        ("perplexity", "1e9", {"model": DEEP, "by": "t-SNE"}),
        ("seed", "-3", {"model": DEEP, "by": "t-SNE"}),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value, more):
    page = opened(**{name: value}, **more)
    assert len(page.warning) == 1
    assert f"map-{name}" in page.warning[0].value
    assert page.number_input(key="map-digit").value == FIRST_DIGIT


def test_a_click_on_a_point_picks_its_digit(monkeypatch):
    state = {"chart": {"selection": {"pick": [{"i": 42}]}}}
    monkeypatch.setattr(pickers.st, "session_state", state)
    pick = SimpleNamespace(_prefix="map")
    pick.take = lambda row: MapPickers.take(pick, row)
    MapPickers.picked(pick, "chart")
    assert state["map-digit"] == 42


def test_missing_weights_are_a_sentence(monkeypatch):
    def missing(_):
        raise weights.MissingWeightsError("the weights file dense-vae-2.safetensors is missing.")

    monkeypatch.setattr(loaders.weights, "load", missing)
    loaders._shipped.clear()
    loaders_map.codes.clear()
    page = apps.AppTest.from_file(apps.PAGES / FILE, default_timeout=apps.PATIENCE).run()
    assert not page.exception
    assert {error.value for error in page.error} == {"the weights file dense-vae-2.safetensors is missing."}
