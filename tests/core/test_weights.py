"""Weights files: what is saved comes back, frozen, and a half-written file never takes the old one's place."""

import hashlib
from pathlib import Path

import pytest
import torch

from core import weights
from core.models import Judge, build
from core.weights import CorruptWeightsError, UnknownWeightsError
from tests.core.shelves import FILE, SMALL, add, change_entry, complaint, write_manifest


def test_save_and_load(shelf):
    torch.manual_seed(0)
    saved = build(SMALL)
    x, z = torch.rand(3, 1, 28, 28), torch.randn(3, 2)
    loaded = weights.load("small", shelf)
    assert type(loaded) is type(saved)
    assert loaded.config == SMALL
    for name, tensor in loaded.state_dict().items():
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, saved.state_dict()[name].half().float())
    torch.testing.assert_close(loaded.encode(x).mu, saved.encode(x).mu, atol=1e-2, rtol=1e-2)
    torch.testing.assert_close(loaded.decode(z), saved.decode(z), atol=1e-2, rtol=1e-2)


def test_a_loaded_model_is_frozen(shelf):
    model = weights.load("small", shelf)
    assert not any(module.training for module in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not model.decode(torch.zeros(1, 2)).requires_grad
    assert weights.load("small", shelf) is not model


def test_an_every_beta_network_comes_back_with_its_views(shelf):
    view = weights.load("every", shelf).at(4.0)
    assert view.decode(view.encode(torch.rand(2, 1, 28, 28)).mu).shape == (2, 1, 28, 28)


def test_names_and_entries(shelf):
    change_entry(shelf, facts={"steps": 7})
    assert weights.names(shelf) == ["small", "every"]
    assert weights.entry("small", shelf)["facts"] == {"steps": 7}
    message = complaint(UnknownWeightsError, weights.load, "large", shelf)
    assert "'large'" in message
    assert "small, every" in message


def test_the_judge_is_no_autoencoder(shelf):
    judge = Judge()
    models = weights.manifest(shelf)["models"]
    write_manifest(shelf, models | {"judge": add(shelf, "judge.safetensors", judge.state_dict(), None)})
    assert weights.names(shelf) == ["small", "every"]
    loaded, x = weights.load_judge(shelf), torch.rand(2, 1, 28, 28)
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    torch.testing.assert_close(loaded(x), judge(x), atol=1e-2, rtol=1e-2)
    assert "describes no model" in complaint(CorruptWeightsError, weights.load, "judge", shelf)


def test_the_baselines(shelf):
    tensors = {"mean": torch.rand(784), "class_means": torch.rand(10, 784), "components": torch.rand(3, 784)}
    sha256 = weights.save(tensors, shelf / "baselines.safetensors", half=False)
    models, found = weights.manifest(shelf)["models"], {"file": "baselines.safetensors", "sha256": sha256}
    assert "has no baselines" in complaint(CorruptWeightsError, weights.load_baselines, shelf)
    write_manifest(shelf, models, baselines=found)
    loaded = weights.load_baselines(shelf)
    for name, tensor in tensors.items():
        assert torch.equal(getattr(loaded, name), tensor)

    sha256 = weights.save({"mean": tensors["mean"]}, shelf / "baselines.safetensors")
    assert "baselines.safetensors" in complaint(CorruptWeightsError, weights.load_baselines, shelf)
    write_manifest(shelf, models, baselines=found | {"sha256": sha256})
    message = complaint(CorruptWeightsError, weights.load_baselines, shelf)
    assert "baselines.safetensors lacks" in message

    sha256 = weights.save(tensors | {"class_means": torch.rand(9, 784)}, shelf / "baselines.safetensors")
    write_manifest(shelf, models, baselines=found | {"sha256": sha256})
    assert "no pictures of 784 pixels" in complaint(CorruptWeightsError, weights.load_baselines, shelf)


def test_saving_again_gives_the_same_bytes_and_leaves_nothing_behind(tmp_path):
    torch.manual_seed(0)
    state = build(SMALL).state_dict()
    path = tmp_path / "new" / FILE
    once = weights.save(state, path)
    assert once == hashlib.sha256(path.read_bytes()).hexdigest()
    assert weights.save(dict(reversed(state.items())), path) == once  # the order of a dict does not show
    assert [found.name for found in path.parent.iterdir()] == [FILE]
    assert weights.checksum_holds(path.parent, {"file": FILE, "sha256": once})
    assert not weights.checksum_holds(path.parent, {"file": FILE, "sha256": once[::-1]})
    assert not weights.checksum_holds(path.parent, {"file": "gone", "sha256": once})
    assert not weights.checksum_holds(path.parent, {})


def test_a_file_is_only_ever_replaced_by_a_finished_one(tmp_path, monkeypatch):
    written, write = [], Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: written.append(path.name) or write(path, data))
    weights.write_whole(tmp_path / FILE, b"old")
    weights.write_whole(tmp_path / FILE, b"new")
    assert len(written) == 2
    assert FILE not in written
    assert (tmp_path / FILE).read_bytes() == b"new"


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    weights.write_whole(tmp_path / FILE, b"old")

    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space"):
        weights.write_whole(tmp_path / FILE, b"new")
    assert (tmp_path / FILE).read_bytes() == b"old"
