"""What is shipped and how each of it is trained: a name, a title, the network and the run. `core.pretrain` carries it out."""

from dataclasses import dataclass, replace

from core.config import ModelConfig, Objective, TrainConfig

BETAS = (0.1, 0.3, 1.0, 3.0, 10.0)  # ELBO scale: where the every-beta networks are held against networks of one beta
BETA_RANGE = (0.07, 45.0)  # wider than the sliders', so that their ends are not the training range's ends


@dataclass(frozen=True)
class Recipe:
    """One model. References are trained and measured but not shipped; their metrics stand in the manifest.

    `model` is None for a judge, which is no autoencoder; `softened` is the share of its training digits that are blurred.
    """

    title: str
    model: ModelConfig | None
    train: TrainConfig
    reference: bool = False
    softened: float = 0.5


def _mse(epochs: float, batch_size: int, learning_rate: float, **weights: float) -> TrainConfig:
    return TrainConfig(Objective("notebook", **weights), epochs, batch_size=batch_size, learning_rate=learning_rate)


def _nats(epochs: float, batch_size: int, learning_rate: float, **weights: object) -> TrainConfig:
    return TrainConfig(Objective("elbo", **weights), epochs, batch_size=batch_size, learning_rate=learning_rate)


def _every_beta(epochs: float, damping: float, **weights: float) -> TrainConfig:
    """A plane is rate-bound at every beta and needs no damping; in 16 dimensions it saves the small betas' gradients."""
    return _nats(epochs, 256, 1.5e-3, beta_range=BETA_RANGE, beta_damping=damping, **weights)


def _seeds(name: str, recipe: Recipe) -> dict[str, Recipe]:
    """The recipe under its own name with seed 0, and twice more with seeds 1 and 2."""
    again = {
        f"{name}-seed{seed}": replace(recipe, title=f"{recipe.title}, seed {seed}", train=replace(recipe.train, seed=seed))
        for seed in (1, 2)
    }
    return {name: recipe} | again


def _references() -> dict[str, Recipe]:
    """For comparison: a judge of clean digits, and for each of BETAS a VAE as wide as the every-beta networks."""
    clean = Recipe("Judge of clean digits alone", None, TrainConfig(epochs=8, batch_size=128, learning_rate=2e-3), True, 0.0)
    return {"reference-judge-clean": clean} | {
        f"reference-vae-{d}-beta{beta:g}": Recipe(
            f"VAE for β={beta:g} alone, {d}-d", ModelConfig("dense-vae", d, (512, 256)), _nats(15, 256, 1.5e-3, beta=beta), True
        )
        for d in (2, 16)
        for beta in BETAS
    }


RECIPES: dict[str, Recipe] = {
    "judge": Recipe("Judge", None, TrainConfig(epochs=8, batch_size=128, learning_rate=2e-3)),
    "conv-ae-30": Recipe("Convolutional AE, 30-d", ModelConfig("conv-ae", 30, (32, 64)), _mse(25, 64, 4e-3)),
    "dense-ae-30": Recipe("Dense AE, 30-d", ModelConfig("dense-ae", 30, (512, 256)), _mse(30, 128, 2e-3)),
    **_seeds(
        "multistage-vae-16",
        Recipe("Multi-stage VAE β=1, 16-d", ModelConfig("multistage-vae", 16, (32, 64, 128)), _mse(14, 128, 3e-3)),
    ),
    **_seeds("conv-vae-16", Recipe("VAE β=1, 16-d", ModelConfig("conv-vae", 16, (32, 64, 128)), _mse(14, 128, 3e-3))),
    "dense-vae-2": Recipe("Dense VAE, 2-d", ModelConfig("dense-vae", 2, (512, 256, 128)), _nats(30, 256, 1.5e-3)),
    "every-beta-vae-2": Recipe(
        "Every-β VAE, 2-d", ModelConfig("every-beta-vae", 2, (512, 256)), _every_beta(30, 0.0)
    ),
    "every-beta-vae-16": Recipe("Every-β VAE, 16-d", ModelConfig("every-beta-vae", 16, (512, 256)), _every_beta(30, 0.35)),
    "multistage-vae-2": Recipe(
        "Multi-stage VAE β=1, 2-d", ModelConfig("multistage-vae", 2, (32, 64, 128)), _mse(14, 128, 2e-3)
    ),
    "multistage-vae-16-elbo": Recipe(
        "Multi-stage VAE (ELBO), 16-d", ModelConfig("multistage-vae", 16, (32, 64, 128)), _nats(12, 128, 3e-3, alpha=200.0)
    ),
    "multistage-vae-16-beta30": Recipe(
        "Multi-stage VAE β=30, 16-d", ModelConfig("multistage-vae", 16, (32, 64, 128)), _mse(10, 128, 3e-3, beta=30.0)
    ),
    "every-beta-multistage-vae-2": Recipe(
        "Every-β multi-stage VAE, 2-d",
        ModelConfig("every-beta-multistage-vae", 2, (512, 256)),
        _every_beta(30, 0.0, alpha=50.0),
    ),
    "every-beta-multistage-vae-16": Recipe(
        "Every-β multi-stage VAE, 16-d",
        ModelConfig("every-beta-multistage-vae", 16, (512, 256)),
        _every_beta(30, 0.5, alpha=50.0),
    ),
    "dense-ae-2": Recipe("Dense AE, 2-d", ModelConfig("dense-ae", 2, (512, 256, 128)), _mse(20, 128, 1.5e-3)),
    "overlarge-ae": Recipe("Over-large AE, 784-d", ModelConfig("overlarge-ae", 784), _mse(10, 128, 3e-3)),
    "conv-ae-2": Recipe("Convolutional AE, 2-d", ModelConfig("conv-ae", 2, (32, 64, 128)), _mse(10, 128, 3e-3)),
    "conv-vae-2": Recipe("VAE β=1, 2-d", ModelConfig("conv-vae", 2, (32, 64, 128)), _mse(10, 128, 3e-3)),
    "multistage-vae-2-beta30": Recipe(
        "Multi-stage VAE β=30, 2-d", ModelConfig("multistage-vae", 2, (32, 64, 128)), _mse(10, 128, 3e-3, beta=30.0)
    ),
    "multistage-vae-16-beta35": Recipe(
        "Multi-stage VAE β=35, 16-d", ModelConfig("multistage-vae", 16, (32, 64, 128)), _mse(10, 128, 3e-3, beta=35.0)
    ),
    "multistage-vae-16-beta100": Recipe(
        "Multi-stage VAE β=100, 16-d", ModelConfig("multistage-vae", 16, (32, 64, 128)), _mse(10, 128, 3e-3, beta=100.0)
    ),
    **_references(),
}  # fmt: skip
