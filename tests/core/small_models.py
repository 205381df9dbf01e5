"""Networks that build and train in no time."""

import torch

from core.config import ModelConfig
from core.models import Autoencoder, build

SPECIAL_SIZES = {"overlarge-ae": (784, 833)}  # the others take any


def smallest(architecture: str) -> ModelConfig:
    """A small config that fits the architecture."""
    if architecture in SPECIAL_SIZES:
        return ModelConfig(architecture, SPECIAL_SIZES[architecture][0], (10,))
    return ModelConfig(architecture, 3, (10, 8))


def fresh(config: ModelConfig, seed: int = 0) -> Autoencoder:
    """An untrained network whose initial weights depend on the seed alone."""
    torch.manual_seed(seed)
    return build(config)


def shaken(model: Autoencoder) -> Autoencoder:
    """The model with all parameters moved away from their start, where some are zero on purpose."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return model.eval()


def weights_of(model: torch.nn.Module) -> torch.Tensor:
    """All parameters in one vector."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])
