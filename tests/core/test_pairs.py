"""The labels of all paths of shipped models: used only if they are of the weights and the judge as they are."""

import json

import pytest
import torch
from safetensors import safe_open

from core import weights
from core.config import ModelConfig
from core.datasets import embedded
from core.evaluation import encode_set, path_purity
from core.interpolation import METHODS, centroids
from core.models import build
from core.walks import pairs
from core.walks.pairs import main, stored, walkable, write_pairs
from core.weights import UnknownWeightsError
from tests.core.shelves import SMALL, add, change_entry, small_shelf, write_manifest

LINE = ModelConfig("dense-ae", 1, (4,))


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with a model that can walk, one of a single number, one for every beta, and the judge; paths are short."""
    monkeypatch.setattr(pairs, "FRAMES", 3)
    monkeypatch.setattr(pairs, "path_purity", lambda *about, **more: path_purity(*about, **more, frames=3))
    small_shelf(tmp_path)
    models = json.loads((tmp_path / "manifest.json").read_text())["models"]
    (tmp_path / "judge.safetensors").write_bytes((weights.FOLDER / "judge.safetensors").read_bytes())
    line = add(tmp_path, "line.safetensors", build(LINE).state_dict(), LINE)
    write_manifest(tmp_path, models | {"line": line, "judge": weights.entry("judge")})
    return tmp_path


def file(folder):
    return folder / "pairs" / "small.safetensors"


def test_only_models_with_a_map_at_one_beta_walk_between_pairs(shelf):
    assert walkable(shelf) == ["small"]
    assert write_pairs(shelf) == ["small"]


def test_what_is_written_is_what_the_judge_sees(shelf):
    write_pairs(shelf)
    model = weights.load("small", shelf)
    codes = encode_set(model, embedded())
    means = centroids(codes.mu, codes.labels)
    for method in METHODS:
        found, wanted = stored("small", method, shelf), path_purity(model, means, weights.load_judge(), 3, method)
        assert (found.method, found.pairs) == (method, wanted.pairs)
        assert torch.equal(found.labels, wanted.labels)
        assert found.table == wanted.table


def test_what_is_up_to_date_is_left_alone(shelf):
    assert stored("small", "linear", shelf) is None
    write_pairs(shelf)
    assert write_pairs(shelf) == []
    assert write_pairs(shelf, force=True) == ["small"]


def test_labels_of_other_weights_or_another_judge_are_stale(shelf):
    write_pairs(shelf)
    judge = weights.entry("judge", shelf)["sha256"]
    change_entry(shelf, "judge", sha256="0" * 64)
    assert stored("small", "linear", shelf) is None
    change_entry(shelf, "judge", sha256=judge)
    assert stored("small", "linear", shelf) is not None
    change_entry(shelf, "small", sha256=weights.save(build(SMALL, seed=5).state_dict(), shelf / "small.safetensors"))
    assert stored("small", "linear", shelf) is None
    assert write_pairs(shelf) == ["small"]


@pytest.mark.parametrize("damage", [b"", b"no tensors", None])
def test_a_damaged_file_counts_as_none(shelf, damage):
    write_pairs(shelf)
    data = bytearray(file(shelf).read_bytes())
    data[-1] ^= 1
    file(shelf).write_bytes(bytes(data) if damage is None else damage)
    assert stored("small", "linear", shelf) is None


def test_a_method_that_has_no_path_is_left_out(shelf, monkeypatch):
    def straight_only(*about, method, **more):
        if method == "slerp":
            raise ValueError("no direction")
        return path_purity(*about, method=method, frames=3)

    monkeypatch.setattr(pairs, "path_purity", straight_only)
    write_pairs(shelf)
    with safe_open(file(shelf), "pt") as found:
        assert list(found.keys()) == ["linear"]
    assert stored("small", "slerp", shelf) is None
    assert write_pairs(shelf) == []


def test_an_unknown_name_is_a_sentence(shelf, capsys):
    with pytest.raises(UnknownWeightsError):
        stored("nobody", "linear", shelf)
    assert main(["nobody", "--folder", str(shelf)]) == 1
    assert "there are no shipped weights called 'nobody'" in capsys.readouterr().err
    assert main(["--folder", str(shelf)]) == 0
    assert "Written: small" in capsys.readouterr().out


@pytest.mark.parametrize("name", walkable())
def test_every_shipped_models_paths_are_stored(name):
    """Otherwise visitors wait: run `python -m core.walks.pairs`."""
    assert stored(name, "linear") is not None
    assert stored(name, "slerp") is not None


def test_what_is_shipped_is_what_would_be_made():
    model = weights.load("conv-vae-2")
    codes = encode_set(model, embedded())
    made = path_purity(model, centroids(codes.mu, codes.labels), weights.load_judge())
    same = (stored("conv-vae-2", "linear").labels == made.labels).double().mean()
    assert same > 0.99  # another machine rounds otherwise, and may see another class where two are as likely
