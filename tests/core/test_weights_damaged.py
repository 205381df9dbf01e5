"""Whatever is damaged, files or manifest, is refused with a sentence that names it."""

import contextlib
import pickle

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import weights
from core.config import ModelConfig, to_json
from core.models import build
from core.weights import CorruptWeightsError, MissingWeightsError, WeightsError
from tests.core.shelves import FILE, SMALL, change_entry, complaint, tamper, write_manifest

GARBLED = ("", "{", "[]", "null", "3", '{"models": []}', '{"references": {}}', "\0\xff", "{'models': {}}")


# --- damaged files


def test_a_missing_file(shelf):
    (shelf / FILE).unlink()
    message = complaint(MissingWeightsError, weights.load, "small", shelf)
    assert str(shelf / FILE) in message
    assert "core.pretrain" in message


@pytest.mark.parametrize("length", [0, 1, 7, 8, 100, -1])
def test_a_truncated_file(shelf, length):
    data = (shelf / FILE).read_bytes()
    (shelf / FILE).write_bytes(data[:length])
    message = complaint(CorruptWeightsError, weights.load, "small", shelf)
    assert str(shelf / FILE) in message
    assert "truncated or changed" in message
    tamper(shelf, data[:length])
    assert str(shelf / FILE) in complaint(CorruptWeightsError, weights.load, "small", shelf)


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(tmp_path_factory, place, bit):
    folder = tmp_path_factory.getbasetemp() / "flipped"
    sha256 = weights.save({"w": torch.arange(50.0)}, folder / FILE)
    data = bytearray((folder / FILE).read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    (folder / FILE).write_bytes(data)
    assert not weights.checksum_holds(folder, {"file": FILE, "sha256": sha256})


def test_a_flipped_bit_is_reported(shelf):
    data = bytearray((shelf / FILE).read_bytes())
    data[-1] ^= 1
    (shelf / FILE).write_bytes(data)
    message = complaint(CorruptWeightsError, weights.load, "small", shelf)
    assert str(shelf / FILE) in message
    assert "Restore it" in message


def changed(**changes: torch.Tensor | None) -> bytes:
    """The small model's tensors with some changed, added or left out (None), as a file."""
    tensors = {name: tensor.half() for name, tensor in build(SMALL).state_dict().items()} | changes
    return safetensors.torch.save({name: tensor for name, tensor in tensors.items() if tensor is not None})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to_mu.bias": torch.zeros(3)}, "to_mu.bias should have shape (2,) and has (3,)"),
        ({"to_mu.bias": torch.zeros(1, 2)}, "to_mu.bias should have shape (2,) and has (1, 2)"),
        ({"to_mu.bias": None}, "to_mu.bias should have shape (2,) and has none"),
        ({"extra": torch.zeros(1)}, "extra should have shape none and has (1,)"),
        ({"to_mu.bias": torch.tensor([0, torch.nan])}, "no finite floating-point numbers in to_mu.bias"),
        ({"to_mu.bias": torch.tensor([torch.inf, 0])}, "no finite floating-point numbers in to_mu.bias"),
        ({"to_mu.bias": torch.tensor([1e300, 0], dtype=torch.float64)}, "no finite floating-point numbers in to_mu.bias"),
        ({"to_mu.bias": torch.tensor([0, 1])}, "no finite floating-point numbers in to_mu.bias"),
        ({"to_mu.bias": torch.tensor([0j, 1j])}, "no finite floating-point numbers in to_mu.bias"),
    ],
)
def test_tensors_that_do_not_fit(shelf, changes, said):
    tamper(shelf, changed(**changes))
    message = complaint(CorruptWeightsError, weights.load, "small", shelf)
    assert FILE in message
    assert said in message


def test_another_kind_of_float_is_read(shelf):
    tamper(shelf, changed(**{"to_mu.bias": torch.tensor([1, 2], dtype=torch.bfloat16)}))
    bias = weights.load("small", shelf).to_mu.bias
    assert bias.dtype == torch.float32
    assert bias.tolist() == [1, 2]


def test_a_pickle_is_never_opened(shelf, monkeypatch, tmp_path):
    torch.save(build(SMALL).state_dict(), tmp_path / "pickled")
    opened = []
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, lambda *_, **__: opened.append(1))
    for data in ((tmp_path / "pickled").read_bytes(), pickle.dumps({"w": [1.0]}), b"cos\nsystem\n(S'true'\ntR."):
        tamper(shelf, data)
        message = complaint(CorruptWeightsError, weights.load, "small", shelf)
        assert f"{shelf / FILE} is not a safetensors file" in message
    assert opened == []


good = safetensors.torch.save({"weight": torch.ones(2, 3), "bias": torch.ones(2)})
header = 8 + int.from_bytes(good[:8], "little")


@given(st.lists(st.tuples(st.integers(0, header - 1), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, len(good)))
def test_no_header_does_harm(changes, length):
    """Whatever the header says: the numbers are refused, or they fit, and then all of them are finite."""
    data = bytearray(good)
    for place, value in changes:
        data[place] = value
    model = torch.nn.Linear(3, 2)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for damaged in (bytes(data), bytes(data[:length])):
        with contextlib.suppress(CorruptWeightsError):
            weights.load_state(model, damaged, "some file")
            before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        for name, tensor in model.state_dict().items():
            assert torch.equal(tensor, before[name])  # as it was, if refused
            assert tensor.isfinite().all()


# --- damaged manifests


def test_a_missing_manifest(tmp_path):
    for call in (weights.manifest, weights.names, weights.load_judge, weights.load_baselines):
        assert f"{tmp_path / 'manifest.json'} is missing" in complaint(MissingWeightsError, call, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '{"models": []}', '{"references": {}}', "\0\xff", "{'models': {}}"]
)
def test_a_garbled_manifest(tmp_path, text):
    (tmp_path / "manifest.json").write_bytes(text.encode("latin-1"))
    for call in (weights.manifest, weights.names, weights.load_judge, weights.load_baselines):
        message = complaint(CorruptWeightsError, call, tmp_path)
        assert str(tmp_path / "manifest.json") in message
        assert "Restore it" in message


def test_a_folder_in_the_manifests_place(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    assert "manifest.json cannot be read" in complaint(CorruptWeightsError, weights.names, tmp_path)


@pytest.mark.parametrize("entry", [None, [], "small", 3])
@pytest.mark.parametrize("name", ["small", "judge"])
def test_an_entry_that_is_no_object(shelf, name, entry):
    write_manifest(shelf, {name: entry})
    call = weights.load_judge if name == "judge" else lambda folder: weights.load(name, folder)
    message = complaint(CorruptWeightsError, call, shelf)
    assert str(shelf / "manifest.json") in message
    assert repr(name) in message


@pytest.mark.parametrize(
    "model",
    [
        {"architecture": "transformer", "latent_dim": 2},
        {"architecture": ["dense-ae"], "latent_dim": 2},
        {"architecture": "dense-ae"},
        {"architecture": "dense-ae", "latent_dim": 0},
        {"architecture": "dense-ae", "latent_dim": "2"},
        {"architecture": "dense-ae", "latent_dim": 2, "layers": 3},
        {"architecture": "dense-ae", "latent_dim": 2, "hidden": 3},
        {"architecture": "overlarge-ae", "latent_dim": 2},
        None,
        "dense-ae",
    ],
)
def test_an_entry_that_describes_no_model(shelf, model):
    change_entry(shelf, model=model)
    message = complaint(CorruptWeightsError, weights.load, "small", shelf)
    assert "describes no model" in message
    assert str(shelf / "manifest.json") in message


@pytest.mark.parametrize("key", ["model", "file", "sha256"])
def test_an_entry_that_lacks_something(shelf, key):
    models = weights.manifest(shelf)["models"]
    del models["small"][key]
    write_manifest(shelf, models)
    with pytest.raises(WeightsError, match=r"manifest\.json|weights file"):
        weights.load("small", shelf)


def test_an_entry_of_another_model(shelf):
    change_entry(shelf, model=to_json(ModelConfig("dense-multistage-vae", 3, (4,))))
    assert "does not fit its model" in complaint(CorruptWeightsError, weights.load, "small", shelf)
