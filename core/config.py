"""What a model is and how it is trained, as frozen values that can be written to JSON and compared."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from core.checked import real, whole

Scale = Literal["notebook", "elbo"]
PIXELS = 28 * 28
CLASSES = 10
MAX_LAYERS = 16
MAX_WIDTH = 4096
SEEDS = (-(2**63), 2**63 - 1)  # what PyTorch's generators take


@dataclass(frozen=True)
class ModelConfig:
    """Everything needed to build an untrained network.

    `architecture` is a key of `core.models.ARCHITECTURES`. `hidden` gives the widths of the encoder's layers (units of a
    dense network, channels of a convolutional one); the decoder mirrors them. Empty means the architecture's own default.
    """

    architecture: str
    latent_dim: int
    hidden: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.architecture, str):
            raise ValueError(f"architecture must be a name, not {type(self.architecture).__name__}")
        whole("latent_dim", self.latent_dim, 1, MAX_WIDTH)
        if not isinstance(self.hidden, list | tuple):
            raise ValueError(f"hidden must be a list of widths, not {type(self.hidden).__name__}")
        if len(self.hidden) > MAX_LAYERS:  # a config may come from a stranger's file
            raise ValueError(f"there may be at most {MAX_LAYERS} hidden widths, not {len(self.hidden)}")
        for width in self.hidden:
            whole("each of the hidden widths", width, 1, MAX_WIDTH)
        object.__setattr__(self, "hidden", tuple(self.hidden))


@dataclass(frozen=True)
class Objective:
    """The weighted sum that training minimises, for one image.

    scale "notebook":  gamma * MSE + beta * KL / 784 + alpha * CE     (MSE is the mean over the 784 pixels)
    scale "elbo":      gamma * BCE + beta * KL + alpha * CE, in nats  (BCE is the Bernoulli cross-entropy, summed over pixels)

    Terms a model does not have (KL without a posterior, CE without a class head) are left out. `beta_range` is for the
    networks that serve every beta: each training image then draws its own beta log-uniformly from it, `beta` is ignored, and
    its loss is divided by (1 + beta)^`beta_damping`, so that large betas do not drown small ones.
    """

    scale: Scale = "notebook"
    beta: float = 1.0
    gamma: float = 1.0
    alpha: float = 1.0
    beta_range: tuple[float, float] | None = None
    beta_damping: float = 0.0

    def __post_init__(self) -> None:
        if self.scale not in ("notebook", "elbo"):
            raise ValueError(f"scale must be 'notebook' or 'elbo', not {self.scale!r}")
        for name in ("beta", "gamma", "alpha", "beta_damping"):
            real(name, getattr(self, name))
        if self.beta_range is not None:
            pair = self.beta_range if isinstance(self.beta_range, list | tuple) else ()
            if len(pair) != 2:
                raise ValueError("beta_range must be two numbers, low and high")
            low, high = (real("each end of beta_range", end, above=True) for end in pair)
            if low > high:
                raise ValueError(f"beta_range must be two numbers, low <= high, not {low:g} and {high:g}")
            object.__setattr__(self, "beta_range", (low, high))


@dataclass(frozen=True)
class TrainConfig:
    """One training run: the objective, the optimiser's settings and the budget.

    The budget is `epochs` passes over the digits or, if `seconds` is set, that much time spent in training steps, whichever
    ends first. The learning rate follows one cycle over the budget: a warm-up over the first `warmup` share of it, then a
    cosine to zero (Smith & Topin 2018, "Super-Convergence"). `adam_beta2` is the decay of Adam's mean squared gradient (Kingma
    & Ba 2015): over a thousand steps a shorter memory than the usual 0.999 learns faster.
    """

    objective: Objective = field(default_factory=Objective)
    epochs: float = 10.0
    seconds: float | None = None
    batch_size: int = 128
    learning_rate: float = 2e-3
    warmup: float = 0.15
    weight_decay: float = 0.0
    adam_beta2: float = 0.999
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "learning_rate"):
            real(name, getattr(self, name), above=True)
        if self.seconds is not None:
            real("seconds", self.seconds, above=True)
        whole("batch_size", self.batch_size, 1)
        whole("seed", self.seed, *SEEDS)
        for name in ("warmup", "adam_beta2"):
            real(name, getattr(self, name), high=1, below=True)
        real("weight_decay", self.weight_decay)


def to_json(config: ModelConfig | TrainConfig) -> dict[str, Any]:
    """The config as plain dicts, lists, numbers and strings."""
    return asdict(config)


def model_config(values: dict[str, Any]) -> ModelConfig:
    """The inverse of `to_json`. Raises ValueError for unknown, missing or out-of-range fields."""
    return ModelConfig(**_known(ModelConfig, values))


def train_config(values: dict[str, Any]) -> TrainConfig:
    """The inverse of `to_json`. Raises ValueError for unknown, missing or out-of-range fields."""
    known = _known(TrainConfig, values)
    if "objective" in known:
        known["objective"] = Objective(**_known(Objective, known["objective"]))
    return TrainConfig(**known)


def _known(kind: type, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ValueError(f"{kind.__name__} must be an object with named fields, not {type(values).__name__}")
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no field {', '.join(sorted(map(str, unknown)))}")
    required = {"architecture", "latent_dim"} if kind is ModelConfig else set()
    if required - set(values):
        raise ValueError(f"{kind.__name__} needs {', '.join(sorted(required - set(values)))}")
    return dict(values)
