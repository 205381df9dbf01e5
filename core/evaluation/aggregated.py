"""The aggregated posterior q(z) = 1/N sum_n q(z | x_n) against the prior p(z) = N(0, I).

Samples drawn from the prior look like digits only where q(z) has put them, so the gap between the two matters to a generator.
"""

from dataclasses import dataclass
from math import log, pi

import torch
from torch import Tensor

from core.evaluation.batches import generator, random_subset, spans
from core.evaluation.codes import Codes
from core.losses import kl_to_standard_normal

QUERIES = 2000


@dataclass(frozen=True)
class Aggregated:
    """Hoffman & Johnson 2016, "ELBO surgery": rate = I(n; z) + KL(q(z) || p(z)), with n the index of a digit in the set.

    Both parts are at least 0 up to Monte-Carlo noise, and I(n; z) is at most log N: for a set of 10,000 digits it cannot pass
    9.21 nats. Where it comes near, every digit's code is told from every other's and the rest of the rate counts as KL.
    """

    mean: Tensor  # (D,) of q(z), exact
    variance: Tensor  # (D,) of q(z), exact
    rate: float  # mean KL(q(z | x) || p(z)), in nats, exact
    mutual_information: float  # I(n; z) in nats, Monte Carlo
    marginal_kl: float  # KL(q(z) || p(z)) = rate - I(n; z), in nats
    moment_kl: float  # KL(N(mean and covariance of q(z)) || N(0, I)) in nats, exact: a lower bound on KL(q(z) || p(z))


def aggregated_posterior(codes: Codes, queries: int = QUERIES, seed: int = 0) -> Aggregated:
    """Compare q(z) with the prior; q(z) is the mixture over the whole set, evaluated at `queries` draws from it.

    Raises TypeError for a plain autoencoder, whose codes are points and have no density.
    """
    if codes.logvar is None:
        raise TypeError("a plain autoencoder has no posterior, so there is nothing to compare with a prior")
    mu, variance = codes.mu.double(), codes.logvar.double().exp()  # (N, D)
    rate = kl_to_standard_normal(mu, codes.logvar.double()).mean().item()
    information = _mutual_information(codes, queries, seed)
    return Aggregated(
        mean=mu.mean(dim=0).float(),
        variance=(mu.var(dim=0, correction=0) + variance.mean(dim=0)).float(),  # the law of total variance
        rate=rate,
        mutual_information=information,
        marginal_kl=rate - information,
        moment_kl=_moment_kl(mu, variance),
    )


def log_mixture(z: Tensor, codes: Codes) -> Tensor:
    """log q(z) = log 1/N sum_n N(z; mu_n, diag sigma_n^2) over all codes of the set: (B, D) -> (B,) float64, in nats."""
    mu, logvar = codes.mu.double(), codes.logvar.double()  # (N, D)
    precision = (-logvar).exp()
    constant = (mu.square() * precision + logvar + log(2 * pi)).sum(dim=1)  # (N,)
    z = z.double()
    found = torch.empty(len(z), dtype=torch.float64)
    for span in spans(len(z)):  # 50 x N numbers at a time
        # sum_j (z_j - mu_j)^2 / sigma_j^2, multiplied out so that it is two matrix products instead of a (B, N, D) tensor
        squares = z[span].square() @ precision.T - 2 * z[span] @ (mu * precision).T + constant  # (b, N)
        found[span] = (-0.5 * squares).logsumexp(dim=1) - log(len(mu))
    return found


def _mutual_information(codes: Codes, queries: int, seed: int) -> float:
    """Mean over digits and z ~ q(z | x) of log q(z | x) - log q(z); no single term passes log N."""
    chosen = codes.subset(random_subset(len(codes), queries, seed))
    z = chosen.sample(generator(seed))  # (B, D)
    mu, logvar = chosen.mu.double(), chosen.logvar.double()
    own = -0.5 * (log(2 * pi) + logvar + (z.double() - mu).square() * (-logvar).exp()).sum(dim=1)  # log q(z | x), (B,)
    return (own - log_mixture(z, codes)).mean().item()


def _moment_kl(mu: Tensor, variance: Tensor) -> float:
    """1/2 (tr S + m'm - D - log det S) with m, S the mean and covariance of q(z). Raises ValueError if S is singular."""
    mean = mu.mean(dim=0)
    centred = mu - mean
    covariance = centred.T @ centred / len(mu) + variance.mean(dim=0).diag()  # (D, D)
    sign, log_determinant = torch.linalg.slogdet(covariance)
    if sign <= 0:
        raise ValueError("the covariance of the codes is singular, so its Gaussian has no density")
    return 0.5 * (covariance.trace() + mean @ mean - len(mean) - log_determinant).item()
