"""Stored t-SNE maps: used only if they are of the weights as they are, made anew otherwise."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open

from core import weights
from core.config import ModelConfig
from core.datasets import embedded
from core.evaluation import encode_set, fit_baselines
from core.maps import projection
from core.maps.projection import codes_of, main, mappable, pca_size, stored, write_projections
from core.models import build
from core.weights import UnknownWeightsError
from tests.core.shelves import add, change_entry, small_shelf, write_manifest

WIDE = ModelConfig("dense-ae", 3, (4,))


def quick(codes: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    """Stands in for t-SNE, which takes half a minute for 5,000 points and is tested by itself."""
    return codes[:, :2] + seed


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with a model of three numbers beside those of two; t-SNE is replaced by something quick."""
    monkeypatch.setattr(projection, "tsne", quick)
    small_shelf(tmp_path)
    models = json.loads((tmp_path / "manifest.json").read_text())["models"]
    write_manifest(tmp_path, models | {"wide": add(tmp_path, "wide.safetensors", build(WIDE).state_dict(), WIDE)})
    return tmp_path


def file(folder):
    return folder / "projections" / "wide.safetensors"


def test_only_codes_of_more_than_two_numbers_are_mapped(shelf):
    assert mappable(shelf) == ["wide"]
    assert write_projections(shelf) == ["wide"]


def test_what_is_written_is_what_is_found_in_half_precision(shelf):
    write_projections(shelf)
    wanted = encode_set(weights.load("wide", shelf), embedded()).mu[:, :2]
    found = stored("wide", 30, 0, shelf)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, wanted.half().float())
    with safe_open(file(shelf), "pt") as opened:
        assert opened.metadata()["weights_sha256"] == weights.entry("wide", shelf)["sha256"]
        assert opened.get_tensor("points").dtype == torch.float16
    assert file(shelf).stat().st_size < 21_000


def test_a_map_that_is_up_to_date_is_left_alone(shelf):
    write_projections(shelf)
    assert write_projections(shelf) == []
    assert write_projections(shelf, force=True) == ["wide"]


def test_none_is_found_where_none_was_written(shelf):
    assert stored("wide", 30, 0, shelf) is None


@pytest.mark.parametrize(("perplexity", "seed"), [(5, 0), (30, 1)])
def test_a_map_at_other_settings_is_none(shelf, perplexity, seed):
    write_projections(shelf)
    assert stored("wide", perplexity, seed, shelf) is None


def test_a_map_of_other_weights_is_stale_and_is_written_anew(shelf):
    write_projections(shelf)
    changed = build(WIDE).state_dict()
    change_entry(shelf, "wide", sha256=weights.save(changed, shelf / "wide.safetensors"))
    assert stored("wide", 30, 0, shelf) is None
    assert write_projections(shelf) == ["wide"]
    assert stored("wide", 30, 0, shelf) is not None


def test_a_damaged_map_is_none(shelf):
    write_projections(shelf)
    data = file(shelf).read_bytes()
    for damaged in (data[:-1000], data[:-1] + bytes([data[-1] ^ 1]), b""):
        file(shelf).write_bytes(damaged)
        assert stored("wide", 30, 0, shelf) is None


def test_an_unknown_model_is_named(shelf):
    with pytest.raises(UnknownWeightsError, match="'narrow'"):
        stored("narrow", 30, 0, shelf)


def test_pca_has_codes_of_its_own(shelf):
    digits = embedded()
    fitted = fit_baselines(digits, 3)
    tensors = {"mean": fitted.mean, "class_means": fitted.class_means, "components": fitted.components}
    sha256 = weights.save(tensors, shelf / "baselines.safetensors", half=False)
    models = json.loads((shelf / "manifest.json").read_text())["models"]
    write_manifest(shelf, models, baselines={"file": "baselines.safetensors", "sha256": sha256})
    assert mappable(shelf) == ["wide", "pca-16", "pca-30"]
    torch.testing.assert_close(codes_of("pca-2", shelf), fitted.pca_codes(digits.pixels(), 2))
    assert write_projections(shelf, ["pca-3"]) == ["pca-3"]
    assert stored("pca-3", 30, 0, shelf).shape == (5000, 2)


def test_names_of_pcas_and_of_models():
    assert pca_size("pca-16") == 16
    assert pca_size("conv-ae-16") is None
    assert pca_size("own-pca-16") is None


def test_the_command(shelf, capsys):
    assert main(["--folder", str(shelf)]) == 0
    assert capsys.readouterr().out.strip().endswith("Written: wide")
    assert main(["--folder", str(shelf), "wide"]) == 0
    assert capsys.readouterr().out.strip() == "All maps are up to date."
    assert main(["--folder", str(shelf), "narrow"]) == 1
    assert "there are no shipped weights called 'narrow'" in capsys.readouterr().err


def test_the_shipped_maps_are_of_the_shipped_weights():
    """Otherwise visitors wait: run `python -m core.maps.projection`."""
    assert [name for name in mappable() if stored(name, 30, 0) is None] == []
