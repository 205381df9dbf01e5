"""Who pulls the encoder where: the gradient that each term of the loss sends into it, and the angles between them.

The terms are measured apart, on one batch, by one backward pass each; their weighted sum is the gradient that a step follows.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import combinations

import torch
from torch import Tensor

from core.anatomy.flow import term_weights
from core.config import Objective, Scale
from core.datasets import Digits
from core.losses import loss_terms
from core.models import Autoencoder
from core.optimisers import Adam
from core.training import TrainingDivergedError, stream_seed

MOST_STEPS = 300  # that a history keeps; a visitor's memory is bounded
_SEED = 0  # of the batches and of their noise: the same buttons give the same steps


@dataclass(frozen=True)
class Pull:
    """The terms of one batch and their gradients in the encoder's weights, all unweighted or all weighted."""

    scale: Scale
    terms: dict[str, float]  # batch means
    norms: dict[str, float]  # of the gradient of the mean, Euclidean, over all weights of the encoder
    cosines: dict[tuple[str, str], float | None]  # None where one of the two gradients is zero

    def weighted(self, objective: Objective) -> "Pull":
        """The same batch under these weights: a weight stretches a gradient and, unless it is 0, turns none."""
        weights = term_weights({name: torch.zeros(1) for name in self.terms}, objective)
        terms = {name: weights[name] * value for name, value in self.terms.items()}
        norms = {name: weights[name] * value for name, value in self.norms.items()}
        alive = {pair: cosine if norms[pair[0]] and norms[pair[1]] else None for pair, cosine in self.cosines.items()}
        return replace(self, terms=terms, norms=norms, cosines=alive)


@dataclass(frozen=True)
class Record:
    """One step: what pulled, how hard it counted, and how far the weights went."""

    index: int  # 1 for the first
    pull: Pull  # unweighted
    objective: Objective
    learning_rate: float


class Trainee:
    """A private copy of a network and its optimiser, Adam, taken one step at a time on seeded batches of `digits`.

    The model it was copied from is never touched.
    """

    def __init__(self, model: Autoencoder, digits: Digits) -> None:
        self.model = deepcopy(model).requires_grad_(True)
        self.digits = digits
        self.batch_size = batch_size(model)
        self.optimizer = Adam(self.model.parameters(), lr=1e-3)
        self.steps = 0
        self.history: list[Record] = []
        self._pulls: dict[tuple[int, Scale], Pull] = {}

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """The digits of a step (B, 1, 28, 28), their labels (B,) and the noise (B, D); they depend on its number alone."""
        source = torch.Generator().manual_seed(stream_seed(_SEED, step))
        index = torch.randperm(len(self.digits), generator=source)[: self.batch_size]
        noise = torch.randn(len(index), self.model.config.latent_dim, generator=source)
        return self.digits.pixels(index), self.digits.labels[index], noise

    def pull(self, scale: Scale) -> Pull:
        """What pulled in the last step or, where there was none on this scale, would pull in the next; unweighted."""
        if self.history and self.history[-1].pull.scale == scale:
            return self.history[-1].pull
        if (self.steps, scale) not in self._pulls:
            found, _ = measure(self.model, *self.batch(self.steps), scale)
            self._pulls = {(self.steps, scale): found}
        return self._pulls[self.steps, scale]

    def step(self, objective: Objective, learning_rate: float) -> Record:
        """One optimiser step. Raises TrainingDivergedError, the weights being as before, if it leads to no finite loss."""
        found, gradients = measure(self.model, *self.batch(self.steps), objective.scale)
        weights = term_weights({name: torch.zeros(1) for name in found.terms}, objective)
        before = deepcopy(self.model.state_dict()), deepcopy(self.optimizer.state_dict())
        for i, parameter in enumerate(self.model.parameters()):
            pulls = [weights[name] * gradient[i] for name, gradient in gradients.items() if gradient[i] is not None]
            parameter.grad = torch.stack(pulls).sum(dim=0)
        self.optimizer.param_groups[0]["lr"] = learning_rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)  # gradients are as large as the network
        if not self._finite(objective):
            self.model.load_state_dict(before[0])
            self.optimizer.load_state_dict(before[1])
            raise TrainingDivergedError(
                f"Step {self.steps + 1} was undone: the loss was no longer a finite number. The last good weights are kept. "
                f"Try a step size below {learning_rate:g} or smaller weights of the loss."
            )
        self.steps += 1
        record = Record(self.steps, found, objective, learning_rate)
        self.history = [*self.history[-(MOST_STEPS - 1) :], record]
        return record

    def _finite(self, objective: Objective) -> bool:
        """Whether the weights are finite and still give a finite loss, on a few digits of the next batch."""
        x, labels, noise = (part[:8] for part in self.batch(self.steps + 1))
        with torch.inference_mode():
            terms, _ = loss_terms(self.model, x, labels, noise, objective)
        values = [*terms.values(), *self.model.parameters()]
        return all(bool(value.isfinite().all()) for value in values)


Gradients = dict[str, tuple[Tensor | None, ...]]


def measure(model: Autoencoder, x: Tensor, labels: Tensor, noise: Tensor, scale: Scale) -> tuple[Pull, Gradients]:
    """The unweighted terms of a batch and their pull on the encoder, with the gradient of each term in all parameters.

    A gradient is None for a parameter that the term does not reach: the KL never enters the decoder.
    """
    terms, _ = loss_terms(model, x, labels, noise, Objective(scale))
    parameters = list(model.parameters())
    means = {name: term.mean() for name, term in terms.items()}
    gradients = {
        name: torch.autograd.grad(mean, parameters, retain_graph=True, allow_unused=True) for name, mean in means.items()
    }
    places = encoder_places(model)
    vectors = {
        name: torch.cat([flat(gradient[i], parameters[i]) for i in places]) for name, gradient in gradients.items()
    }  # (P,) each
    norms = {name: vector.norm().item() for name, vector in vectors.items()}
    cosines = {(a, b): _cosine(vectors[a], vectors[b]) for a, b in combinations(vectors, 2)}
    return Pull(scale, {name: mean.item() for name, mean in means.items()}, norms, cosines), gradients


def encoder_places(model: Autoencoder) -> list[int]:
    """Which of the model's parameters, by number, are the encoder's: the trunk and the layers to mu and log sigma^2."""
    names = ("trunk.", "to_mu.", "to_logvar.")
    return [i for i, (name, _) in enumerate(model.named_parameters()) if name.startswith(names)]


def flat(gradient: Tensor | None, like: Tensor) -> Tensor:
    """A gradient as a vector in double precision; zeros where there is none."""
    return torch.zeros(like.numel(), dtype=torch.float64) if gradient is None else gradient.flatten().double()


def batch_size(model: Autoencoder) -> int:
    """As many digits as a step of some 40 ms has time for: convolutions cost more."""
    convolutional = any(isinstance(layer, torch.nn.Conv2d) for layer in model.modules())
    return 32 if convolutional else 128


def _cosine(a: Tensor, b: Tensor) -> float | None:
    length = a.norm() * b.norm()
    return (a @ b / length).clamp(-1, 1).item() if length > 0 else None
