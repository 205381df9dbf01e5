"""The training loop, as a generator: whoever consumes it may draw, pause or stop at any step.

The digits stay in memory as bytes and are batched by index. What a step does depends only on the seed, the step's number and
the weights, so a run that is stopped and resumed from a checkpoint goes exactly where it would have gone.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from math import ceil, cos, pi
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from core import pairing
from core.config import TrainConfig
from core.datasets import Digits
from core.losses import loss_terms, weighted_total
from core.models import Autoencoder
from core.optimisers import Adam

_SAFE_EVERY = 25  # steps between the copies that a diverged run falls back to
Terms = dict[str, Tensor]


class TrainingDivergedError(RuntimeError):
    """The loss stopped being a finite number. The model holds the last good weights; the message says what to try."""


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on: copies of the weights and of the optimiser's state, and how far it had come."""

    index: int
    seconds: float
    model: dict[str, Tensor]
    optimizer: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One finished optimiser step."""

    index: int  # 1 for the first
    total_steps: int  # an estimate while a time budget rules
    epoch: float  # passes over the digits so far
    progress: float  # share of the budget used, 0 to 1
    learning_rate: float
    seconds: float  # spent in steps so far; time the consumer takes is not counted
    terms: Terms  # batch means of the unweighted terms and of the weighted "total", as 0-d tensors
    checkpoint: Callable[[], Checkpoint]  # of the weights as they are when it is called: before the next step is asked for

    @property
    def losses(self) -> dict[str, float]:
        """The batch means as numbers: "reconstruction", "kl", "classification" where the model has them, and "total"."""
        return {name: value.item() for name, value in self.terms.items()}

    @property
    def seconds_left(self) -> float:
        return self.seconds * (1 - self.progress) / max(self.progress, 1e-9)


def train(
    model: Autoencoder,
    digits: Digits,
    config: TrainConfig,
    *,
    checkpoint: Checkpoint | None = None,
    device: str | torch.device = "cpu",
) -> Iterator[Step]:
    """Train `model` in place on `digits`, yielding after every step.

    Same seed, same device and same number of threads give the same weights, unless a budget in seconds decides when to end.
    Raises PairingError at once if the network cannot be trained for the objective, and while it trains ValueError for digits
    there are none of and TrainingDivergedError when a loss is not finite.
    """
    pairing.check(model.config, config.objective)
    return _train(model, digits, config, checkpoint, device)


def _train(
    model: Autoencoder, digits: Digits, config: TrainConfig, checkpoint: Checkpoint | None, device: str | torch.device
) -> Iterator[Step]:
    objective = config.objective
    model.to(device)
    digits = digits.to(device)
    noise_source = torch.Generator(device)

    def batch_loss(index: Tensor, step: int) -> Terms:
        noise_source.manual_seed(stream_seed(config.seed, step))
        x = digits.pixels(index)  # (B, 1, 28, 28)
        beta, view = objective.beta, model
        if objective.beta_range is not None:
            beta = log_uniform(objective.beta_range, len(x), noise_source)  # (B,)
            view = model.at(beta)
        noise = torch.randn(len(x), model.config.latent_dim, device=device, generator=noise_source)
        labels = digits.labels[index] if model.classifies else None
        terms, _ = loss_terms(view, x, labels, noise, objective)
        total = weighted_total(terms, objective, beta).mean()
        return {name: term.detach().mean() for name, term in terms.items()} | {"total": total}

    yield from optimise(model, len(digits), config, batch_loss, checkpoint=checkpoint, device=device)


def optimise(
    model: nn.Module,
    count: int,
    config: TrainConfig,
    batch_loss: Callable[[Tensor, int], Terms],
    *,
    checkpoint: Checkpoint | None = None,
    device: str | torch.device = "cpu",
) -> Iterator[Step]:
    """The loop itself: Adam with a one-cycle learning rate over shuffled batches of `count` examples.

    `batch_loss(index (B,), step)` returns the terms to report and, as "total", the 0-d tensor to minimise.
    """
    if count < 1:
        raise ValueError("there is no digit to train on")
    batch_size = min(config.batch_size, count)
    per_epoch = count // batch_size  # the short last batch is left out; another shuffle brings it in
    total_steps = max(1, ceil(config.epochs * per_epoch))
    optimizer = Adam(
        model.parameters(),
        lr=config.learning_rate,
        betas=(0.9, config.adam_beta2),
        weight_decay=config.weight_decay,
        fused=True,
    )
    index, seconds = 0, 0.0
    if checkpoint is not None:
        model.load_state_dict(checkpoint.model)
        optimizer.load_state_dict(deepcopy(checkpoint.optimizer))
        index, seconds = checkpoint.index, checkpoint.seconds
    model.train()
    safe = _copy(model)
    order_epoch, order = -1, torch.empty(0, dtype=torch.long, device=device)

    while (progress := _progress(index, total_steps, seconds, config.seconds)) < 1:
        started = perf_counter()
        epoch, position = divmod(index, per_epoch)
        if epoch != order_epoch:
            shuffler = torch.Generator().manual_seed(stream_seed(config.seed, -1 - epoch))
            order_epoch, order = epoch, torch.randperm(count, generator=shuffler).to(device)
        terms = batch_loss(order[position * batch_size : (position + 1) * batch_size], index)
        if not terms["total"].isfinite():
            model.load_state_dict(safe)
            raise TrainingDivergedError(_diverged(index + 1, config))
        if index % _SAFE_EVERY == 0:
            safe = _copy(model)  # these weights have just given a finite loss
        learning_rate = config.learning_rate * one_cycle(progress, config.warmup)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.zero_grad(set_to_none=True)
        terms["total"].backward()
        optimizer.step()
        index += 1
        seconds += perf_counter() - started
        progress = _progress(index, total_steps, seconds, config.seconds)
        try:
            yield Step(
                index=index,
                total_steps=total_steps if config.seconds is None else max(index, round(index / max(progress, 1e-9))),
                epoch=index / per_epoch,
                progress=progress,
                learning_rate=learning_rate,
                seconds=seconds,
                terms={name: value.detach() for name, value in terms.items()},
                checkpoint=lambda at=index, after=seconds: Checkpoint(
                    at, after, _copy(model), deepcopy(optimizer.state_dict())
                ),
            )
        except GeneratorExit:  # the consumer stops here, and no later step will tell whether this one was good
            if not _finite(model):
                model.load_state_dict(safe)
            raise

    if not _finite(model):  # the very last step may have been the bad one
        model.load_state_dict(safe)
        raise TrainingDivergedError(_diverged(index, config))


def one_cycle(progress: float, warmup: float) -> float:
    """Share of the peak learning rate: a linear rise over `warmup`, then half a cosine to zero (Smith & Topin 2018)."""
    if progress < warmup:
        return 0.05 + 0.95 * progress / warmup
    return 0.5 * (1 + cos(pi * (progress - warmup) / (1 - warmup)))


def log_uniform(bounds: tuple[float, float], count: int, generator: torch.Generator) -> Tensor:
    """`count` values whose logarithm is uniform between the logarithms of the bounds: (count,)."""
    low, high = torch.tensor(bounds).log().tolist()
    return torch.empty(count, device=generator.device).uniform_(low, high, generator=generator).exp()


def _progress(index: int, total_steps: int, seconds: float, budget: float | None) -> float:
    by_steps = index / total_steps
    return min(1.0, by_steps if budget is None else max(by_steps, seconds / budget))


def stream_seed(seed: int, number: int) -> int:
    """A generator seed for each (seed, number); negative numbers are the epochs' shuffles, the others the steps' noise."""
    return (seed * 1_000_003 + number) % 2**32


def _finite(model: nn.Module) -> bool:
    return all(bool(p.isfinite().all()) for p in model.parameters())


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _diverged(step: int, config: TrainConfig) -> str:
    return (
        f"Training stopped at step {step}: the loss was no longer a finite number. The last good weights are kept. "
        f"Try a learning rate below {config.learning_rate:g} or smaller loss weights."
    )
