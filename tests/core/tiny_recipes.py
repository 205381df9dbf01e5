"""Recipes that are carried out in milliseconds."""

from dataclasses import replace

from core.config import ModelConfig, Objective, TrainConfig
from core.shipping.recipes import Recipe

SHORT = TrainConfig(epochs=0.2, batch_size=20)  # two steps of 200 digits
TINY = {
    "judge": Recipe("Judge", None, SHORT),
    "tiny-ae": Recipe("Tiny AE", ModelConfig("dense-ae", 2, (4,)), SHORT),
    "tiny-vae": Recipe("Tiny VAE", ModelConfig("dense-vae", 2, (4,)), replace(SHORT, objective=Objective("elbo"))),
    "reference-vae": Recipe("Reference", ModelConfig("dense-vae", 1, (4,)), SHORT, True),
}
