"""A Gaussian against the standard normal, point by point: what the playground draws and the closed form sums up."""

from dataclasses import dataclass
from math import isfinite, log

import torch
from torch import Tensor
from torch.distributions import Normal

from core.losses import kl_per_dimension

SPAN = 8.0  # the picture runs from -SPAN to SPAN
POINTS = 321  # of the picture
FINE = 4001  # of the numerical integral
TAIL = 12.0  # of the numerical integral, in standard deviations of q: what lies beyond it is below 1e-30


@dataclass(frozen=True, eq=False)
class Comparison:
    """q = N(mu, sigma^2) against p = N(0, 1) on a grid, and KL(q || p) twice: in closed form and as an area."""

    x: Tensor  # (POINTS,)
    q: Tensor  # (POINTS,) density
    p: Tensor  # (POINTS,) density
    integrand: Tensor  # (POINTS,) q log(q / p), in nats per unit of x; its area over all x is the KL
    terms: tuple[float, float, float]  # mu^2 / 2, (sigma^2 - 1) / 2 and -log sigma: the closed form's parts, in nats
    kl: float  # closed form, in nats
    area: float  # of the integrand, by the trapezoid rule, in nats
    reverse: float  # KL(p || q), closed form, in nats


def compare(mu: float, sigma: float) -> Comparison:
    """q = N(mu, sigma^2) against p = N(0, 1). Raises ValueError unless mu is finite and sigma finite and > 0."""
    if not isfinite(mu) or not (isfinite(sigma) and sigma > 0):
        raise ValueError(f"a Gaussian needs a finite mean and a finite spread > 0, not {mu!r} and {sigma!r}")
    x = torch.linspace(-SPAN, SPAN, POINTS, dtype=torch.float64)
    log_q, log_p = _log_densities(x, mu, sigma)
    fine = torch.linspace(mu - TAIL * sigma, mu + TAIL * sigma, FINE, dtype=torch.float64)
    area = torch.trapezoid(kl_integrand(fine, mu, sigma), fine).item()
    terms = (mu**2 / 2, (sigma**2 - 1) / 2, -log(sigma))
    integrand = kl_integrand(x, mu, sigma)
    return Comparison(x, log_q.exp(), log_p.exp(), integrand, terms, kl(mu, sigma), area, kl(-mu / sigma, 1 / sigma))


def kl(mu: float, sigma: float) -> float:
    """KL(N(mu, sigma^2) || N(0, 1)) in nats, by the same function that the models' losses call."""
    values = torch.tensor([[mu], [2 * log(sigma)]], dtype=torch.float64)
    return kl_per_dimension(values[:1], values[1:]).item()


def kl_integrand(x: Tensor, mu: float, sigma: float) -> Tensor:
    """q(x) log(q(x) / p(x)) with q = N(mu, sigma^2) and p = N(0, 1): (N,) -> (N,), in nats per unit of x.

    Negative wherever p is the larger of the two; the whole area under it never is.
    """
    log_q, log_p = _log_densities(x, mu, sigma)
    return log_q.exp() * (log_q - log_p)


def _log_densities(x: Tensor, mu: float, sigma: float) -> tuple[Tensor, Tensor]:
    """Log densities of q and of p: (N,) -> (N,), (N,), in the precision of x."""
    unit = x.new_ones(())
    return Normal(mu * unit, sigma * unit).log_prob(x), Normal(0 * unit, unit).log_prob(x)
