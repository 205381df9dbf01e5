"""Training runs of seconds rather than minutes: which settings make the most of a visitor's time budget."""

from dataclasses import dataclass

from core.config import ModelConfig, Objective, Scale, TrainConfig
from core.models import ARCHITECTURES
from core.running import limits

# Narrower than the shipped networks: in half a minute, more steps are worth more than more units. Other kinds of layers have
# their usual widths.
_WIDTHS = {"dense": (384, 192, 96), "convolutional": (16, 32)}
TRAINABLE = {
    "dense-vae": "Dense VAE",
    "conv-vae": "Convolutional VAE",
    "dense-ae": "Dense AE",
    "conv-ae": "Convolutional AE",
    "dense-multistage-vae": "Dense multi-stage VAE",
    "multistage-vae": "Convolutional multi-stage VAE",
}
LATENT_DIMS = (2, 4, 8, 16, 30)
SECONDS = (min(5, int(limits.MAX_SECONDS)), int(limits.MAX_SECONDS))
# Weights of the class head with which it shapes the code and leaves the picture's decoder its say.
ALPHAS: dict[Scale, float] = {"elbo": 50.0, "notebook": 1.0}
SCALES: dict[Scale, str] = {"elbo": "ELBO, in nats", "notebook": "MSE + β KL / 784"}


@dataclass(frozen=True)
class ShortRun:
    """What a visitor chooses. Raises ValueError, when turned into configs, for values outside the lists above."""

    architecture: str = "dense-vae"
    latent_dim: int = 2
    scale: Scale = "elbo"
    beta: float = 1.0
    alpha: float = ALPHAS["elbo"]
    seconds: int = 20
    seed: int = 0

    @property
    def variational(self) -> bool:
        return ARCHITECTURES[self.architecture].variational

    @property
    def classifies(self) -> bool:
        return ARCHITECTURES[self.architecture].classifies

    def configs(self) -> tuple[ModelConfig, TrainConfig]:
        """The network and the run."""
        if self.architecture not in TRAINABLE:
            raise ValueError(f"{self.architecture!r} is not trained on the page; choose one of {', '.join(TRAINABLE)}")
        if not SECONDS[0] <= self.seconds <= SECONDS[1]:
            raise ValueError(f"the time budget must be {SECONDS[0]} to {SECONDS[1]} s, not {self.seconds!r}")
        layers = ARCHITECTURES[self.architecture].layer_kind
        objective = Objective(self.scale, beta=self.beta, alpha=self.alpha)
        return (
            ModelConfig(self.architecture, self.latent_dim, _WIDTHS.get(layers, ())),
            TrainConfig(
                objective,
                epochs=1000,  # the seconds end it
                seconds=self.seconds,
                batch_size=128 if layers == "dense" else 64,
                learning_rate=6e-3,
                adam_beta2=0.95,  # a thousand steps are too few for a memory of a thousand
                seed=self.seed,
            ),
        )
