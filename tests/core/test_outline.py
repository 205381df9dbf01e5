"""Outlines, against what is known of each architecture."""

import pytest
import torch

from core.config import ModelConfig
from core.introduction.outline import outline
from core.models import ARCHITECTURES, build, parameter_count
from tests.core.small_models import smallest


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_has_one(architecture):
    config = smallest(architecture)
    model, found = build(config), outline(config)
    assert found.code == config.latent_dim
    assert found.parameters == parameter_count(model)
    assert found.variational == model.variational
    assert found.steered == model.conditional
    assert bool(found.classes) == model.classifies
    assert found.decoder[-1].size == 784
    assert all(layer.size == torch.Size(layer.shape).numel() > 0 for layer in (*found.encoder, *found.decoder))


def test_shapes_of_a_multi_stage_network():
    found = outline(ModelConfig("multistage-vae", 16, (32, 64, 128)))
    assert [layer.shape for layer in found.encoder] == [(32, 14, 14), (64, 7, 7), (128, 4, 4)]
    assert [layer.shape for layer in found.decoder] == [(2048,), (64, 7, 7), (32, 14, 14), (1, 28, 28)]
    assert [layer.shape for layer in found.classes] == [(128,), (10,)]
    assert found.encoder[0].kind == "convolution"
    assert found.decoder[-1].kind == "transposed convolution"


def test_the_small_networks_that_steer_a_network_are_not_its_layers():
    found = outline(ModelConfig("every-beta-vae", 2, (512, 256)))
    assert [layer.shape for layer in found.encoder] == [(512,), (256,)]
    assert [layer.shape for layer in found.decoder] == [(256,), (512,), (784,)]
