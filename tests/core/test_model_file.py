"""A model goes through its file unchanged, and a stranger's file is refused with a sentence."""

import contextlib
import json

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import model_file
from core.config import ModelConfig, Objective, TrainConfig
from core.model_file import Facts, ModelFileError, OwnModel
from core.models import build
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
