"""One network for every beta: a VAE whose hidden layers are scaled and shifted by a function of log beta.

Dosovitskiy & Djolonga 2020, "You Only Train Once"; Bae et al. 2022, "Multi-Rate VAE". The modulation is FiLM (Perez et al.
2018): h -> h * (1 + scale(log beta)) + shift(log beta).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from core.config import PIXELS, ModelConfig
from core.models.base import Autoencoder, Posterior, class_head


class FiLM(nn.Module):
    """Scale and shift of `width` units as a small network of log beta; starts as the identity."""

    def __init__(self, width: int, embedding: int = 16) -> None:
        super().__init__()
        self.embed = nn.Linear(1, embedding)
        self.to_scale_shift = nn.Linear(embedding, 2 * width)
        nn.init.zeros_(self.to_scale_shift.weight)
        nn.init.zeros_(self.to_scale_shift.bias)

    def forward(self, h: Tensor, log_beta: Tensor) -> Tensor:
        """(B, width), (B or 1, 1) -> (B, width)."""
        scale, shift = self.to_scale_shift(self.embed(log_beta).tanh()).chunk(2, dim=1)
        return h * (1 + scale) + shift


class ModulatedMLP(nn.Module):
    """A dense network with FiLM after each linear layer but none after the input: (B, widths[0]) -> (B, widths[-1])."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.linears = nn.ModuleList(nn.Linear(n, m) for n, m in pairwise(widths))
        self.films = nn.ModuleList(FiLM(m) for m in widths[1:])

    def forward(self, h: Tensor, log_beta: Tensor) -> Tensor:
        for linear, film in zip(self.linears, self.films, strict=True):
            h = film(linear(h), log_beta).relu()
        return h


class AtBeta:
    """An every-beta network seen at one beta (or one per image, (B,)); it keeps the contract of `Autoencoder`.

    A light view: the weights are the network's own, nothing is copied.
    """

    conditional = False
    variational = True

    def __init__(self, network: "EveryBetaVAE", beta: float | Tensor) -> None:
        beta = torch.as_tensor(beta, dtype=torch.float32, device=network.device)
        if not bool((beta > 0).all()) or not bool(beta.isfinite().all()):
            raise ValueError("beta must be finite and > 0")
        self.network = network
        self.config = network.config
        self.beta = beta
        self.log_beta = beta.log().reshape(-1, 1)  # (1 or B, 1)

    @property
    def classifies(self) -> bool:
        return self.network.classifies

    def encode(self, x: Tensor) -> Posterior:
        h = self.network.trunk(x.flatten(1), self.log_beta)
        return Posterior(self.network.to_mu(h), self.network.to_logvar(h))

    def decode_logits(self, z: Tensor) -> Tensor:
        h = self.network.decoder(z, self.log_beta)
        return self.network.to_pixels(h).unflatten(1, (1, 28, 28))

    def decode(self, z: Tensor) -> Tensor:
        return self.decode_logits(z).sigmoid()

    def classify(self, z: Tensor) -> Tensor:
        return self.network.classify(z)


class EveryBetaVAE(Autoencoder):
    """Use it through `.at(beta)`; called directly, encode and decode stand at beta = 1."""

    layer_kind = "dense, steered by β"
    variational = True
    conditional = True
    default_hidden = (512, 256)

    def __init__(self, config: ModelConfig) -> None:
        hidden = list(config.hidden or self.default_hidden)
        trunk = ModulatedMLP([PIXELS, *hidden])
        decoder = ModulatedMLP([config.latent_dim, *reversed(hidden)])
        super().__init__(config, trunk, hidden[-1], decoder)
        self.to_pixels = nn.Linear(hidden[0], PIXELS)

    @property
    def device(self) -> torch.device:
        return self.to_pixels.weight.device

    def at(self, beta: float | Tensor) -> AtBeta:
        """The network at `beta` (ELBO scale, > 0), a number or one value per image (B,). Raises ValueError otherwise."""
        return AtBeta(self, beta)

    def encode(self, x: Tensor) -> Posterior:
        return self.at(1.0).encode(x)

    def decode_logits(self, z: Tensor) -> Tensor:
        return self.at(1.0).decode_logits(z)


class EveryBetaMultiStageVAE(EveryBetaVAE):
    """An every-beta VAE with a second decoder that reads the class off z."""

    classifies = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.class_head = class_head(config.latent_dim)
