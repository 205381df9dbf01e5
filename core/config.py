"""What a model is and how it is trained, as frozen values that can be written to JSON and compared."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Scale = Literal["notebook", "elbo"]
PIXELS = 28 * 28
CLASSES = 10
MAX_LAYERS = 16


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
        if not _whole(self.latent_dim) or not 1 <= self.latent_dim <= 4096:
            raise ValueError(f"latent_dim must be a whole number from 1 to 4096, not {self.latent_dim!r}")
        if not isinstance(self.hidden, list | tuple) or not all(_whole(width) and 1 <= width <= 4096 for width in self.hidden):
            raise ValueError(f"hidden widths must be whole numbers from 1 to 4096, not {self.hidden!r}")
        if len(self.hidden) > MAX_LAYERS:  # a config may come from a stranger's file
            raise ValueError(f"there may be at most {MAX_LAYERS} hidden widths, not {len(self.hidden)}")
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
            if not _number(getattr(self, name)) or not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be a finite number >= 0, not {getattr(self, name)!r}")
        if self.beta_range is not None:
            pair = self.beta_range if isinstance(self.beta_range, list | tuple) else ()
            if len(pair) != 2 or not all(map(_number, pair)) or not 0 < pair[0] <= pair[1] < float("inf"):
                raise ValueError(f"beta_range must be two numbers, 0 < low <= high, not {self.beta_range!r}")
            object.__setattr__(self, "beta_range", (float(pair[0]), float(pair[1])))


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
        for name in ("epochs", "learning_rate", "warmup", "weight_decay", "adam_beta2"):
            if not _number(getattr(self, name)):
                raise ValueError(f"{name} must be a number, not {getattr(self, name)!r}")
        if not 0 < self.epochs < float("inf"):
            raise ValueError(f"epochs must be > 0, not {self.epochs!r}")
        if self.seconds is not None and not (_number(self.seconds) and 0 < self.seconds < float("inf")):
            raise ValueError(f"seconds must be > 0, not {self.seconds!r}")
        if not _whole(self.batch_size) or self.batch_size < 1:
            raise ValueError(f"batch_size must be a whole number, at least 1, not {self.batch_size!r}")
        if not _whole(self.seed):
            raise ValueError(f"seed must be a whole number, not {self.seed!r}")
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be > 0, not {self.learning_rate!r}")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup must be in [0, 1), not {self.warmup!r}")
        if not 0 <= self.weight_decay < float("inf"):
            raise ValueError(f"weight_decay must be a finite number >= 0, not {self.weight_decay!r}")
        if not 0 <= self.adam_beta2 < 1:
            raise ValueError(f"adam_beta2 must be in [0, 1), not {self.adam_beta2!r}")


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


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return _whole(value) or isinstance(value, float)


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
