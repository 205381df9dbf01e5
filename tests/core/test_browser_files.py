"""Networks as steps: carried out in NumPy, the plainest way there is, they do what PyTorch does; codes come back in place."""

import json

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from core.maps import browser_files
from core.maps.browser_files import NoBrowserError
from core.models import ARCHITECTURES, Judge
from core.models.dense import DenseVAE
from tests.core.small_models import fresh, shaken, smallest


def read(data):
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    tensors = {name: tensor.numpy().astype(np.float32) for name, tensor in safetensors.torch.load(data).items()}
    return {name: json.loads(text) for name, text in header["__metadata__"].items()}, tensors


def carried_out(data, h, film=()):
    """The steps one after another; a picture is (side, side, channels)."""
    about, tensors = read(data)
    used = 0
    for number, step in enumerate(about["steps"]):
        match step["kind"]:
            case "spread":
                side, out, kernel = step["side"], step["sideOut"], step["kernel"]
                picture = h.reshape(side, side, step["in"])
                made = np.zeros((out, out, step["out"]), np.float64) + tensors[f"{number}.bias"]
                for y, x, ky, kx in np.ndindex(side, side, kernel, kernel):
                    to_y, to_x = y * step["stride"] - step["padding"] + ky, x * step["stride"] - step["padding"] + kx
                    if 0 <= to_y < out and 0 <= to_x < out:
                        made[to_y, to_x] += picture[y, x] @ tensors[f"{number}.weight"][ky, kx]
                h = made.ravel()
            case "relu":
                h = h.clip(0)
            case "film":
                n = step["channels"]
                h = h * film[used : used + n] + film[used + n : used + 2 * n]
                used += 2 * n
            case "unflatten":
                h = h.reshape(step["channels"], step["pixels"]).T.ravel()
            case "flatten":
                h = h.reshape(step["pixels"], step["channels"]).T.ravel()
            case "pool":
                half = step["side"] // 2
                h = h.reshape(half, 2, half, 2, step["channels"]).max(axis=(1, 3)).ravel()
    return h


def halved(model):
    """The model with weights that half precision holds exactly, as shipped ones have."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    return model


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_decodes_as_in_pytorch(architecture):
    model = halved(shaken(fresh(smallest(architecture))))
    film, seen = (), model
    if model.conditional:
        film, seen = read_film(model, 2.5), model.at(2.5)
    z = torch.randn(2, model.config.latent_dim, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        wanted = seen.decode_logits(z).flatten(1).numpy()
    data = browser_files.decoder_file(model)
    for k in range(2):
        np.testing.assert_allclose(carried_out(data, z[k].numpy(), film), wanted[k], rtol=1e-4, atol=1e-4)


def read_film(model, beta):
    return safetensors.torch.load(browser_files.modulation_file(model, beta))["film"].numpy()


def test_the_judge_sees_the_same():
    torch.manual_seed(0)
    judge = halved(Judge()).eval()
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        wanted = judge(x)[0].numpy()
    np.testing.assert_allclose(carried_out(browser_files.judge_file(judge), x.numpy().ravel()), wanted, rtol=1e-4, atol=1e-4)


def test_a_modulation_is_of_its_beta_and_small():
    model = shaken(fresh(smallest("every-beta-vae")))
    first, second = read_film(model, 0.5), read_film(model, 5.0)
    assert first.shape == second.shape == (2 * (8 + 10),)
    assert not np.allclose(first, second)
    with pytest.raises(ValueError, match="beta"):
        browser_files.modulation_file(model, float("nan"))


def test_a_layer_that_no_browser_carries_out_is_named():
    model = fresh(smallest("dense-ae"))
    model.decoder = nn.Sequential(nn.Linear(3, 784), nn.Softsign(), nn.Unflatten(1, (1, 28, 28)))
    with pytest.raises(NoBrowserError, match=r"Softsign\(\)"):
        browser_files.decoder_file(model)


@pytest.mark.parametrize(
    "layer",
    [
        nn.ConvTranspose2d(2, 2, (3, 5)),
        nn.ConvTranspose2d(2, 2, 3, output_padding=1, stride=2),
        nn.ConvTranspose2d(2, 2, 3, dilation=2),
        nn.ConvTranspose2d(2, 2, 3, groups=2),
        nn.Conv2d(2, 2, 3, padding="same"),
        nn.Conv2d(2, 2, 3, padding=1, padding_mode="circular"),
        nn.Conv2d(2, 2, 3, stride=2),
        nn.BatchNorm2d(2),
    ],
)
def test_a_convolution_that_the_browser_would_carry_out_wrongly_is_refused(layer):
    model = fresh(smallest("dense-ae"))
    model.decoder = nn.Sequential(nn.Linear(3, 98), nn.Unflatten(1, (2, 7, 7)), layer)
    with pytest.raises(NoBrowserError, match=type(layer).__name__):
        browser_files.decoder_file(model)


def test_a_network_that_decodes_in_a_way_of_its_own_is_refused():
    class Brighter(DenseVAE):
        def decode_logits(self, z):
            return super().decode_logits(z) + 1

    with pytest.raises(NoBrowserError, match="a way of its own"):
        browser_files.decoder_file(Brighter(smallest("dense-vae")))


def test_codes_come_back_within_half_a_step_of_their_extent():
    source = torch.Generator().manual_seed(3)
    places = torch.randn(500, 2, generator=source) * torch.tensor([0.01, 300.0])
    labels, rows = torch.arange(500) % 10, torch.arange(500) * 9
    off = torch.rand(500, generator=source)
    about, tensors = read(browser_files.codes_file(places, labels, rows, off, torch.tensor([4, 2]), torch.tensor([0.5, 0.1])))
    found = tensors["places"] * np.array(about["frame"]["step"]) + np.array(about["frame"]["middle"])
    extent = (places.amax(dim=0) - places.amin(dim=0)).numpy()
    assert (np.abs(found - places.numpy()).max(axis=0) <= extent / 65000).all()
    assert tensors["labels"].tolist() == labels.tolist()
    assert tensors["rows"].tolist() == rows.tolist()
    assert tensors["thumbnails"].tolist() == [4, 2]
    np.testing.assert_allclose(tensors["off"], off.numpy())


def test_codes_that_are_all_alike_are_no_trouble():
    about, tensors = read(browser_files.codes_file(torch.ones(3, 2), torch.zeros(3), torch.arange(3)))
    assert "off" not in tensors
    np.testing.assert_allclose(
        tensors["places"] * about["frame"]["step"] + about["frame"]["middle"], np.ones((3, 2)), atol=1e-6
    )
