"""A network's layers as shapes, read off the network itself while one picture goes through it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.config import PIXELS, ModelConfig
from core.models import build, parameter_count
from core.models.conditional import FiLM
from core.models.layers import WEIGHTED


@dataclass(frozen=True)
class Layer:
    """What one layer puts out for one picture."""

    kind: str
    shape: tuple[int, ...]  # (units,) or (channels, height, width)

    @property
    def size(self) -> int:
        """How many numbers."""
        return torch.Size(self.shape).numel()


@dataclass(frozen=True)
class Outline:
    """A network from picture to picture."""

    encoder: tuple[Layer, ...]
    code: int  # numbers
    variational: bool
    decoder: tuple[Layer, ...]  # the last one is the picture
    classes: tuple[Layer, ...]  # of the class head; empty without one
    steered: bool  # hidden layers are scaled and shifted by a function of beta
    parameters: int


def outline(config: ModelConfig) -> Outline:
    """The layers of the network that the config builds. Raises ValueError as `core.models.build`."""
    model = build(config).eval()
    z = torch.zeros(1, config.latent_dim)
    with torch.inference_mode():
        encoder = _watched(model.trunk, lambda: model.encode(torch.zeros(1, 1, 28, 28)))
        decoder = _watched(model.decoder, lambda: model.decode(z))
        classes = _watched(model.class_head, lambda: model.classify(z)) if model.class_head is not None else ()
    if not decoder or decoder[-1].size != PIXELS:  # the every-beta networks keep their last layer beside the decoder
        decoder = (*decoder, Layer("dense", (PIXELS,)))
    return Outline(encoder, config.latent_dim, model.variational, decoder, classes, model.conditional, parameter_count(model))


def _watched(part: nn.Module, run: Callable[[], object]) -> tuple[Layer, ...]:
    """The outputs of a part's layers, in the order in which they are computed; what computes FiLM's scales is left out."""
    found: list[Layer] = []
    inside = {id(module) for film in part.modules() if isinstance(film, FiLM) for module in film.modules()}

    def note(module: nn.Module, _inputs: object, output: Tensor) -> None:
        found.append(Layer(WEIGHTED[type(module)], tuple(output.shape[1:])))

    hooks = [m.register_forward_hook(note) for m in part.modules() if type(m) in WEIGHTED and id(m) not in inside]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(found)
