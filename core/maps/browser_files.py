"""Networks and codes as files for a browser: safetensors with half-precision weights, read by pages/common/plane/network.js.

A network becomes a list of steps that fifty lines of JavaScript can carry out. Linear layers, convolutions of stride 1 and
transposed convolutions are one and the same step there, "spread": every input pixel adds its kernel, scaled, to the output. A
linear layer spreads one pixel of many channels with a 1x1 kernel; a convolution of padding p is a transposed one of padding
kernel - 1 - p with its kernel turned round. Channels come last in a browser: the inner loop runs over neighbours in memory.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from core.models import Autoencoder, Judge
from core.models.conditional import EveryBetaVAE
from core.models.layers import IDLE, in_order

SIDE = 28
_LARGEST = 32767
# Activations as the browser carries them out, and their one parameter, where they have one.
_ACTIVATIONS: dict[type[nn.Module], tuple[str, str]] = {
    nn.ReLU: ("relu", ""),
    nn.LeakyReLU: ("leaky", "negative_slope"),
    nn.ELU: ("elu", "alpha"),
    nn.SiLU: ("silu", ""),
    nn.Tanh: ("tanh", ""),
    nn.Sigmoid: ("sigmoid", ""),
    nn.Softplus: ("softplus", "beta"),
}


class NoBrowserError(ValueError):
    """A browser cannot carry out the network; the message is a sentence that names what it cannot do."""


@dataclass
class _Steps:
    """Steps as they are written, and the shape of what runs through them: `channels` numbers at each of side x side pixels."""

    channels: int
    side: int
    steps: list[dict[str, Any]] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def add(self, layer: nn.Module) -> None:
        """Write one layer. Raises NoBrowserError for a kind that a browser cannot carry out."""
        if type(layer) in _ACTIVATIONS:
            kind, parameter = _ACTIVATIONS[type(layer)]
            self.steps.append({"kind": kind} | ({"by": float(getattr(layer, parameter))} if parameter else {}))
            return
        match layer:
            case _ if isinstance(layer, IDLE):
                return
            case nn.GELU():
                self.steps.append({"kind": "gelu" if layer.approximate == "none" else "gelutanh"})
            case nn.Linear():
                if self.side != 1:
                    raise NoBrowserError("A linear layer takes flat numbers; a picture has to be flattened before it.")
                self._spread(layer.weight.T[None, None], layer.bias, 1, 0, 1)  # (1, 1, in, out)
            case nn.ConvTranspose2d(stride=(stride, _), padding=(padding, _), kernel_size=(kernel, _)) if _plain(layer):
                side = (self.side - 1) * stride - 2 * padding + kernel
                self._spread(layer.weight.permute(2, 3, 0, 1), layer.bias, stride, padding, side)  # (k, k, in, out)
            case nn.Conv2d(stride=(1, 1), padding=(padding, _), kernel_size=(kernel, _)) if _plain(layer):
                turned = layer.weight.flip(2, 3).permute(2, 3, 1, 0)  # (k, k, in, out)
                self._spread(turned, layer.bias, 1, kernel - 1 - padding, self.side + 2 * padding - kernel + 1)
            case nn.MaxPool2d(kernel_size=2):
                self.steps.append({"kind": "pool", "channels": self.channels, "side": self.side})
                self.side //= 2
            case nn.Unflatten(unflattened_size=(channels, side, _)):
                self.steps.append({"kind": "unflatten", "channels": channels, "pixels": side * side})
                self.channels, self.side = channels, side
            case nn.Flatten():
                self.steps.append({"kind": "flatten", "channels": self.channels, "pixels": self.side**2})
                self.channels, self.side = self.channels * self.side**2, 1
            case _:
                raise NoBrowserError(
                    f"Places on the map of this network are not decoded: a browser cannot carry out its layer {layer}."
                )

    def modulate(self) -> None:
        """A place where an every-beta network scales and shifts; by how much comes with beta, see `modulation_file`."""
        self.steps.append({"kind": "film", "channels": self.channels})

    def _spread(self, weight: Tensor, bias: Tensor, stride: int, padding: int, side: int) -> None:
        kernel, _, inputs, outputs = weight.shape
        number = len(self.steps)
        bias = torch.zeros(outputs) if bias is None else bias
        self.tensors |= {f"{number}.weight": weight.contiguous().half(), f"{number}.bias": bias.half()}
        sizes = {"in": inputs, "out": outputs, "side": self.side, "sideOut": side}
        self.steps.append({"kind": "spread", **sizes, "kernel": kernel, "stride": stride, "padding": padding})
        self.channels, self.side = outputs, side

    def file(self) -> bytes:
        return safetensors.torch.save(self.tensors, metadata={"steps": json.dumps(self.steps)})


def decoder_file(model: Autoencoder) -> bytes:
    """A model's decoder, D numbers to 784 logits. Raises NoBrowserError for one that a browser cannot carry out."""
    found = _Steps(model.config.latent_dim, 1)
    if isinstance(model, EveryBetaVAE):
        for linear in model.decoder.linears:
            found.add(linear)
            found.modulate()
            found.add(nn.ReLU())
        found.add(model.to_pixels)
    elif type(model).decode_logits is not Autoencoder.decode_logits:
        raise NoBrowserError(
            "Places on the map of this network are not decoded: it decodes in a way of its own, which a browser does not know."
        )
    else:
        for layer in in_order(model.decoder):
            found.add(layer)
    return found.file()


def judge_file(judge: Judge) -> bytes:
    """The judge, 784 pixels to 10 logits."""
    found = _Steps(1, SIDE)
    for layer in in_order(judge.layers):
        found.add(layer)
    return found.file()


def modulation_file(network: EveryBetaVAE, beta: float) -> bytes:
    """What its decoder's hidden layers are scaled and shifted by at one beta: for each, its scales, then its shifts.

    All that has to travel when beta moves. Raises ValueError unless beta is finite and > 0.
    """
    log_beta = network.at(beta).log_beta  # (1, 1)
    parts = []
    with torch.inference_mode():
        for film in network.decoder.films:
            width = film.to_scale_shift.out_features // 2
            shift = film(torch.zeros(1, width), log_beta)  # h * scale + shift at h = 0
            parts += [film(torch.ones(1, width), log_beta) - shift, shift]
    return safetensors.torch.save({"film": torch.cat(parts, dim=1).flatten()})


def codes_file(
    places: Tensor, labels: Tensor, rows: Tensor, off: Tensor | None = None, thumbnails: Tensor | None = None, gaps: Any = ()
) -> bytes:
    """Codes on a plane, seven bytes each: places, (N, 2), as 16-bit integers over their extent, classes, rows of the set.

    `off`, (N,), is their squared distance from the plane, so that the browser finds the code that is nearest in all of latent
    space and not only on the plane; None if they lie in it. Thumbnails are positions among the codes with their gaps, as in
    `core.maps.thumbnails`.
    """
    low, high = places.amin(dim=0), places.amax(dim=0)
    step = ((high - low) / (2 * _LARGEST)).clamp(min=1e-12)  # (2,)
    whole = ((places - (low + high) / 2) / step).round().clamp(-_LARGEST, _LARGEST)
    tensors = {
        "places": whole.to(torch.int16),
        "labels": labels.to(torch.uint8),
        "rows": rows.to(torch.int16),
        "thumbnails": (torch.zeros(0) if thumbnails is None else thumbnails).to(torch.int16),
        "gaps": torch.as_tensor(gaps, dtype=torch.float32),
    }
    if off is not None:
        tensors["off"] = off.clamp(min=0).float()
    frame = {"middle": ((low + high) / 2).tolist(), "step": step.tolist()}
    return safetensors.torch.save(tensors, metadata={"frame": json.dumps(frame)})


def digits_file(images: Tensor) -> bytes:
    """Pictures of digits, (N, 28, 28) bytes, as they are."""
    return safetensors.torch.save({"images": images.contiguous()})


def _plain(layer: nn.Conv2d | nn.ConvTranspose2d) -> bool:
    """Whether a convolution is square, undilated, of one group, padded with zeros, and adds nothing to its output's side."""
    pairs = (layer.kernel_size, layer.stride, layer.padding)
    alike = all(isinstance(pair, tuple) and len(set(pair)) == 1 for pair in pairs)
    whole = layer.dilation == (1, 1) and layer.groups == 1 and layer.padding_mode == "zeros"
    return alike and whole and layer.output_padding == (0, 0)
