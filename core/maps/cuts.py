"""A plane cut through latent space, with a set's codes dropped onto it and posteriors as they lie on it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.evaluation.batches import generator, spans, standard_normal
from core.interpolation import centred
from core.maps.planes import principal_plane, project
from core.models import Posterior

DRAWS = 24  # of a posterior, shown beside its ellipses


@dataclass(frozen=True, eq=False)
class Cut:
    """The places origin + x axes[0] + y axes[1], and a set's codes on them."""

    origin: Tensor  # (D,)
    axes: Tensor  # (2, D), orthonormal
    points: Tensor  # (N, 2): the codes, dropped onto the plane at right angles
    off: Tensor | None  # (N,): their squared distances from the plane; None where the plane is all of latent space
    shares: tuple[float, float]  # of the codes' variance, along each axis


@dataclass(frozen=True, eq=False)
class Spread:
    """A Gaussian posterior on a plane: what q(z | x) looks like from straight above, its marginal of two numbers."""

    mean: Tensor  # (2,)
    root: Tensor  # (2, 2): the unit circle under it is the 1 sigma ellipse
    draws: Tensor  # (n, 2): z = mu + sigma * epsilon, dropped onto the plane

    def share_of(self, span: float) -> float:
        """How much of a window of that width, in latent units, the 2 sigma ellipse takes at its longest."""
        return 4 * torch.linalg.matrix_norm(self.root, 2).item() / span


def whole(mu: Tensor) -> Cut:
    """A code of two numbers as it is: (N, 2). Raises ValueError for another size."""
    if mu.dim() != 2 or mu.shape[1] != 2:
        raise ValueError(f"only codes of two numbers are a plane by themselves, not those of shape {tuple(mu.shape)}")
    variance = mu.double().var(dim=0, correction=0)
    first, second = (variance / variance.sum().clamp(min=1e-12)).tolist()
    return Cut(torch.zeros(2), torch.eye(2), mu, None, (first, second))


def principal(mu: Tensor, pair: tuple[int, int] = (0, 1), through: Tensor | None = None) -> Cut:
    """The plane along two of the codes' principal directions, counted from 0, through a code or else through the mean code.

    Raises ValueError as `core.maps.planes.principal_plane`.
    """
    origin, axes = principal_plane(mu, mu.mean(dim=0) if through is None else through, pair)
    return dropped(mu, origin, axes)


def dropped(mu: Tensor, origin: Tensor, axes: Tensor) -> Cut:
    """A set's codes, (N, D), on a given plane. Raises ValueError as `core.maps.planes.project`."""
    points = project(origin, axes, mu)  # (N, 2)
    away = torch.cat([centred(mu[span], origin).square().sum(dim=1) for span in spans(len(mu))])  # (N,), squared
    off = (away - points.double().square().sum(dim=1)).clamp(min=0).float()
    shares = points.double().var(dim=0) / mu.var(dim=0).double().sum().clamp(min=1e-12)
    return Cut(origin, axes, points, off, (shares[0].item(), shares[1].item()))


def spread(cut: Cut, posterior: Posterior, seed: int = 0, count: int = DRAWS) -> Spread | None:
    """One digit's posterior, (1, D), on a plane, with `count` draws of seed `seed`; None for a plain autoencoder's point.

    The covariance of A z is A diag(sigma^2) A^T (Bishop 2006, section 2.3); `root` is its symmetric square root.
    """
    if posterior.logvar is None:
        return None
    noise = standard_normal(count, posterior.mu.shape[1], generator(seed))  # (n, D)
    axes = cut.axes.double()
    values, vectors = torch.linalg.eigh(axes * posterior.logvar.double().exp() @ axes.T)  # (2,), (2, 2)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    return Spread(
        project(cut.origin, cut.axes, posterior.mu)[0], root.float(), project(cut.origin, cut.axes, posterior.sample(noise))
    )


def spreads(cut: Cut, posterior: Posterior) -> tuple[Spread, ...]:
    """The posterior of each of several digits, (B, D), on a plane, all with the same noise; none for a plain autoencoder."""
    if posterior.logvar is None:
        return ()
    each = zip(posterior.mu.split(1), posterior.logvar.split(1), strict=True)
    return tuple(found for mu, logvar in each if (found := spread(cut, Posterior(mu, logvar))))
