"""A model goes through its file unchanged, and a stranger's file is refused with a sentence."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from math import inf, nan

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import model_file
from core.config import ModelConfig, Objective, TrainConfig, to_json
from core.model_file import Facts, ModelFileError, OwnModel
from core.models import ARCHITECTURES, build
from core.weights import to_bytes

CONFIG = ModelConfig("dense-multistage-vae", 3, (16,))
TRAIN = TrainConfig(Objective("elbo", beta=2.0), seconds=5.0)
FACTS = Facts("My model", 4000, 120, 4.5, 0.04)


def made() -> tuple[torch.nn.Module, bytes]:
    model = build(CONFIG)
    return model, model_file.write(to_bytes(model.state_dict()), CONFIG, TRAIN, FACTS)


def rewritten(data: bytes, **changes: object) -> bytes:
    """The same tensors under a changed configuration."""
    length = int.from_bytes(data[:8], "little")
    about = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["latent_lab"]) | changes
    return safetensors.torch.save(safetensors.torch.load(data), metadata={"latent_lab": json.dumps(about)})


def test_comes_back_as_it_was():
    model, data = made()
    back = model_file.read(data)
    assert isinstance(back, OwnModel)
    assert (back.model.config, back.train, back.facts) == (CONFIG, TRAIN, FACTS)
    assert not back.model.training
    assert not any(p.requires_grad for p in back.model.parameters())
    for name, tensor in model.state_dict().items():
        assert torch.equal(back.model.state_dict()[name], tensor)


def test_packed_again_is_the_same_file():
    _, data = made()
    back = model_file.read(data)
    assert model_file.read(model_file.pack(back)).key == back.key


def test_another_size_than_the_configuration_says_is_refused():
    _, data = made()
    with pytest.raises(ModelFileError, match="do not fit"):
        model_file.read(rewritten(data, model={"architecture": "dense-multistage-vae", "latent_dim": 4, "hidden": [16]}))


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {"architecture": "os.system", "latent_dim": 2}},
        {"model": {"architecture": "dense-vae", "latent_dim": 10**9}},
        {"model": "dense-vae"},
        {"train": {"objective": {"beta": "much"}}},
        {"facts": {"title": "x" * 1000, "images": 1, "steps": 1, "seconds": 1, "held_out_mse": None}},
        {"facts": []},
    ],
)
def test_a_hostile_configuration_is_refused(changes):
    _, data = made()
    with pytest.raises(ModelFileError):
        model_file.read(rewritten(data, **changes))


def test_numbers_that_are_not_finite_are_refused():
    model = build(CONFIG)
    model.to_mu.weight.data[0, 0] = float("nan")
    with pytest.raises(ModelFileError, match="finite"):
        model_file.read(model_file.write(to_bytes(model.state_dict()), CONFIG, TRAIN, FACTS))


def test_codes_larger_than_any_that_is_trained_here_are_refused():
    wide = ModelConfig("dense-ae", model_file.MAX_LATENT_DIM + 1, (8,))
    with pytest.raises(ModelFileError, match="latent_dim must be a whole number from 1 to 128"):
        model_file.read(model_file.write(to_bytes(build(wide).state_dict()), wide, TRAIN, FACTS))


def test_a_file_of_another_program_is_refused():
    with pytest.raises(ModelFileError, match="no configuration"):
        model_file.read(safetensors.torch.save({"a": torch.zeros(2)}))


def test_a_huge_file_is_refused_before_it_is_read():
    with pytest.raises(ModelFileError, match="MB"):
        model_file.read(bytes(model_file.MAX_BYTES + 1))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data):
    with pytest.raises(ModelFileError):
        model_file.read(data)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_one_changed_byte_is_a_model_or_a_sentence(position, change):
    _, data = made()
    damaged = bytearray(data)
    damaged[position % len(data)] ^= change
    with contextlib.suppress(ModelFileError):
        assert isinstance(model_file.read(bytes(damaged)), OwnModel)


@given(st.integers(0, 10**6))
def test_a_truncated_file_is_refused(length):
    _, data = made()
    with pytest.raises(ModelFileError):
        model_file.read(data[: length % len(data)])


def with_header(change: Callable[[dict, dict], None]) -> bytes:
    """The same bytes of tensors under a changed header; `change` gets the header and the configuration inside it."""
    _, data = made()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    about = json.loads(header["__metadata__"]["latent_lab"])
    change(header, about)
    header["__metadata__"]["latent_lab"] = json.dumps(about)
    return packed(header, data[8 + length :])


def packed(header: dict, body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def claims(config: ModelConfig) -> bytes:
    """A file of a few kilobytes whose header has every tensor of a network, each with the same four bytes."""
    with torch.device("meta"):
        tensors = build(config).state_dict()
    header = {name: {"dtype": "F32", "shape": list(t.shape), "data_offsets": [0, 4]} for name, t in tensors.items()}
    about = {"model": to_json(config), "train": to_json(TRAIN), "facts": asdict(FACTS)}
    return packed(header | {"__metadata__": {"latent_lab": json.dumps(about)}}, bytes(64))


def test_a_small_file_that_claims_a_huge_network_is_refused_before_it_is_built(monkeypatch):
    data = claims(ModelConfig("dense-vae", 2, (4096,) * 15))
    assert len(data) < 10_000
    monkeypatch.setattr(model_file, "build", lambda _: pytest.fail("it was built"))
    with pytest.raises(ModelFileError, match="not what its header says"):
        model_file.read(data)


def test_no_memory_is_spent_on_a_network_that_is_not_in_the_file(monkeypatch):
    """The file holds all the bytes that its header says, but another network than its configuration says."""
    devices = []
    monkeypatch.setattr(model_file, "build", lambda config: devices.append(str(torch.empty(0).device)) or build(config))
    _, data = made()
    with pytest.raises(ModelFileError, match="do not fit"):
        model_file.read(rewritten(data, model=to_json(ModelConfig("dense-vae", 2, (4096,) * 15))))
    assert devices == ["meta"]


def longer(tensor: dict) -> None:
    tensor["data_offsets"][1] += 4


def shared(tensor: dict) -> None:
    tensor["data_offsets"] = [0, 4]


def wider(tensor: dict) -> None:
    tensor["shape"][-1] += 1


def endless(tensor: dict) -> None:
    tensor["shape"][-1] = inf


def half(tensor: dict) -> None:
    tensor["dtype"] = "F16"


@pytest.mark.parametrize("change", [longer, shared, wider, endless, half])
def test_tensors_whose_bytes_are_not_in_the_file_are_refused_before_anything_is_built(change, monkeypatch):
    data = with_header(lambda header, _: change(header["to_mu.weight"]))
    monkeypatch.setattr(model_file, "build", lambda _: pytest.fail("it was built"))
    with pytest.raises(ModelFileError, match=r"not what its header says|finite number"):
        model_file.read(data)


def test_more_weights_than_the_server_takes_are_refused_before_anything_is_built(monkeypatch):
    _, data = made()
    monkeypatch.setattr(model_file, "MAX_PARAMETERS", 1000.0)
    monkeypatch.setattr(model_file, "build", lambda _: pytest.fail("it was built"))
    with pytest.raises(ModelFileError, match="this server takes at most 1,000"):
        model_file.read(data)


BAD_FACTS = [
    *(("images", bad) for bad in (0, -5, 10**400, 1e300, 4000.0, "7", True, None)),
    *(("steps", bad) for bad in (-1, 10**400, 1.5, "7", None)),
    *(("seconds", bad) for bad in (-1, 10**400, 1e300, "7", True, None)),
    *(("held_out_mse", bad) for bad in (-0.1, 1.1, 10**400, "0.1", True)),
    ("title", ""),
    ("title", 3),
]


@pytest.mark.parametrize(("name", "bad"), BAD_FACTS)
def test_facts_that_are_no_numbers_of_a_sensible_size_are_named(name, bad):
    data = with_header(lambda _, about: about["facts"].update({name: bad}))
    with pytest.raises(ModelFileError, match=f"cannot be used: (the )?{name.replace('_', '.')} must"):
        model_file.read(data)


@pytest.mark.parametrize("name", ["title", "images", "steps", "seconds", "held_out_mse"])
def test_missing_facts_are_named(name):
    data = with_header(lambda _, about: about["facts"].pop(name))
    with pytest.raises(ModelFileError, match=f"the facts need {name}"):
        model_file.read(data)


@pytest.mark.parametrize("name", ["images", "steps", "seconds", "held_out_mse"])
@pytest.mark.parametrize("bad", [inf, -inf, nan])
def test_numbers_that_json_does_not_have_are_refused(name, bad):
    data = with_header(lambda _, about: about["facts"].update({name: bad}))
    with pytest.raises(ModelFileError, match="where a finite number must stand"):
        model_file.read(data)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("objective", {"alpha": 10**400}),
        ("objective", {"beta_range": [1, 10**400]}),
        *(("train", {name: 10**400}) for name in ("learning_rate", "epochs", "seconds", "batch_size", "weight_decay", "seed")),
    ],
)
def test_numbers_of_the_training_that_no_float_holds_are_refused(part, values):
    def change(_: dict, about: dict) -> None:
        (about["train"]["objective"] if part == "objective" else about["train"]).update(values)

    with pytest.raises(ModelFileError, match=f"{next(iter(values))} must"):
        model_file.read(with_header(change))


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES.keys() - {"overlarge-ae"}))  # its codes are too large for a file
@pytest.mark.parametrize("factor", [1e15, 1e30])
def test_finite_weights_that_are_absurdly_large_are_refused(architecture, factor):
    config = ModelConfig(architecture, 2, (8,))
    model = build(config)
    train = TrainConfig(Objective(beta_range=(0.1, 10.0))) if model.conditional else TRAIN
    weights = to_bytes({name: tensor * factor for name, tensor in model.state_dict().items()})
    with pytest.raises(ModelFileError, match="The network cannot be used: it "):
        model_file.read(model_file.write(weights, config, train, FACTS))
    assert model_file.read(model_file.write(to_bytes(model.state_dict()), config, train, FACTS)).facts == FACTS


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("to_mu.bias", "latent units"),
        ("to_logvar.bias", "spread"),
        ("decoder.2.bias", "pictures"),
        ("class_head.2.bias", "classes"),
    ],
)
@pytest.mark.parametrize("value", [1e7, -1e7, 1e38])
def test_what_a_network_says_absurdly_large_is_named(name, sentence, value):
    weights = build(CONFIG).state_dict()
    weights[name][0] = value
    with pytest.raises(ModelFileError, match=sentence):
        model_file.read(model_file.write(to_bytes(weights), CONFIG, TRAIN, FACTS))
