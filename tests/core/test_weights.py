"""Weights files: what is saved comes back, and whatever is damaged is refused with a sentence that names the file."""

import contextlib
import hashlib
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import weights
from core.config import ModelConfig, TrainConfig, to_json
from core.models import Judge, build
from core.weights import CorruptWeightsError, MissingWeightsError, UnknownWeightsError, WeightsError

SMALL = ModelConfig("dense-multistage-vae", 2, (4,))
EVERY = ModelConfig("every-beta-vae", 2, (4,))
FILE = "small.safetensors"
GARBLED = ("", "{", "[]", "null", "3", '{"models": []}', '{"references": {}}', "\0\xff", "{'models': {}}")


@pytest.fixture
def shelf(tmp_path) -> Path:
    """A folder with one small model, an every-beta one, and their manifest."""
    torch.manual_seed(0)
    write_manifest(
        tmp_path,
        {
            "small": add(tmp_path, FILE, build(SMALL).state_dict(), SMALL),
            "every": add(
                tmp_path, "every.safetensors", build(every := ModelConfig("every-beta-vae", 2, (4,))).state_dict(), every
            ),
        },
    )
    return tmp_path


def add(folder: Path, file: str, tensors: dict[str, torch.Tensor], config: ModelConfig | None) -> dict:
    sha256 = weights.save(tensors, folder / file)
    model = config and to_json(config)
    return {"title": file, "model": model, "train": to_json(TrainConfig()), "facts": {}, "file": file, "sha256": sha256}


def write_manifest(folder: Path, models: dict, **others: object) -> None:
    (folder / "manifest.json").write_text(json.dumps({"models": models, **others}), encoding="utf-8")


def change_entry(folder: Path, name: str = "small", **changes: object) -> None:
    models = json.loads((folder / "manifest.json").read_text())["models"]
    write_manifest(folder, models | {name: models[name] | changes})


def tamper(folder: Path, data: bytes) -> None:
    """Replace the small model's file and the checksum that would have told."""
    (folder / FILE).write_bytes(data)
    change_entry(folder, sha256=hashlib.sha256(data).hexdigest())


def complaint(error: type[WeightsError], call: Callable, *arguments: object) -> str:
    with pytest.raises(WeightsError) as caught:
        call(*arguments)
    assert type(caught.value) is error
    assert str(caught.value).endswith(".")
    return str(caught.value)


# --- what is saved comes back


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
