"""Training runs of seconds rather than minutes: which settings make the most of a visitor's time budget."""

from dataclasses import dataclass
from functools import cache

from core import pairing
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
USUAL_SECONDS = 20


def _seconds(most: float) -> tuple[float, float]:
    """The shortest and the longest run on offer; a host's limit of less than a second leaves no choice."""
    return (min(5, int(most)), int(most)) if most >= 1 else (most, most)


SECONDS = _seconds(limits.MAX_SECONDS)
# Weights of the class head with which it shapes the code and leaves the picture's decoder its say.
ALPHAS: dict[Scale, float] = {"elbo": 50.0, "notebook": 1.0}
BETA_RANGE = (0.1, 30.0)  # of a network for every beta, on either scale
SCALES: dict[Scale, str] = {"elbo": "ELBO, in nats", "notebook": "MSE + β KL / 784"}


@dataclass(frozen=True)
class ShortRun:
    """What a visitor chooses. Raises ValueError, when turned into configs, for values outside the lists above."""

    architecture: str = "dense-vae"
    latent_dim: int = 2
    scale: Scale = "elbo"
    beta: float = 1.0
    alpha: float = ALPHAS["elbo"]
    seconds: float = min(USUAL_SECONDS, SECONDS[1])
    seed: int = 0

    @property
    def variational(self) -> bool:
        return ARCHITECTURES[self.architecture].variational

    @property
    def classifies(self) -> bool:
        return ARCHITECTURES[self.architecture].classifies

    @property
    def one_beta(self) -> bool:
        """Whether `beta` weighs the KL term: there is one, and the network is not trained for every beta."""
        return self.variational and not ARCHITECTURES[self.architecture].conditional

    def configs(self) -> tuple[ModelConfig, TrainConfig]:
        """The network and the run, which go together. A network for every beta draws its betas from `BETA_RANGE`."""
        if self.architecture not in TRAINABLE:
            raise ValueError(f"{self.architecture!r} is not trained on the page; choose one of {', '.join(TRAINABLE)}")
        if not SECONDS[0] <= self.seconds <= SECONDS[1]:
            raise ValueError(f"the time budget must be {SECONDS[0]} to {SECONDS[1]} s, not {self.seconds!r}")
        if ARCHITECTURES[self.architecture].conditional:
            objective = Objective(self.scale, alpha=self.alpha, beta_range=BETA_RANGE)
        else:
            objective = Objective(self.scale, beta=self.beta, alpha=self.alpha)
        model = _network(self.architecture, self.latent_dim)
        pairing.check(model, objective)
        return (
            model,
            TrainConfig(
                objective,
                epochs=1000,  # the seconds end it
                seconds=self.seconds,
                batch_size=128 if ARCHITECTURES[self.architecture].layer_kind == "dense" else 64,
                learning_rate=6e-3,
                adam_beta2=0.95,  # a thousand steps are too few for a memory of a thousand
                seed=self.seed,
            ),
        )


def offered() -> dict[str, tuple[int, ...]]:
    """The architectures that the host's limit on weights lets a visitor train, each with the sizes of a code that fit.

    Raises LimitError if there is none.
    """
    fitting = {name: tuple(size for size in LATENT_DIMS if _weights(name, size) <= limits.MAX_PARAMETERS) for name in TRAINABLE}
    found = {name: sizes for name, sizes in fitting.items() if sizes}
    if not found:
        least = min(_weights(name, LATENT_DIMS[0]) for name in TRAINABLE)
        raise limits.LimitError(
            f"This server trains networks of at most {limits.MAX_PARAMETERS:,} weights, and the smallest on offer has "
            f"{least:,}; whoever runs it can raise LATENT_LAB_MAX_PARAMETERS."
        )
    return found


def _network(architecture: str, latent_dim: int) -> ModelConfig:
    return ModelConfig(architecture, latent_dim, _WIDTHS.get(ARCHITECTURES[architecture].layer_kind, ()))


@cache
def _weights(architecture: str, latent_dim: int) -> int:
    return limits.weights_of(_network(architecture, latent_dim))
