"""Two discrete distributions set against one another, term by term."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import torch

from core.losses import discrete_kl


@dataclass(frozen=True)
class Discrete:
    """P against Q over the same K outcomes. Divergences in nats; infinite where the other one rules out what happens."""

    p: tuple[float, ...]  # (K,), sums to 1
    q: tuple[float, ...]  # (K,), sums to 1
    terms: tuple[float, ...]  # (K,) P_k log(P_k / Q_k)
    forward: float  # KL(P || Q), the sum of the terms
    reverse: float  # KL(Q || P)


def compare(p_weights: Sequence[float], q_weights: Sequence[float]) -> Discrete:
    """Weights that need not sum to 1, (K,) each, as distributions and their divergences.

    Raises ValueError for different lengths, fewer than two outcomes, weights that are negative or not finite, and no weight at
    all.
    """
    if len(p_weights) != len(q_weights) or len(p_weights) < 2:
        raise ValueError(f"P and Q need the same two or more outcomes, not {len(p_weights)} and {len(q_weights)}")
    p, q = _normalised("P", p_weights), _normalised("Q", q_weights)
    ratio = p.log() - q.log()
    terms = (p * ratio).where(p > 0, torch.zeros_like(p))  # 0 log 0 counts as 0
    return Discrete(
        p=tuple(p.tolist()),
        q=tuple(q.tolist()),
        terms=tuple(terms.tolist()),
        forward=discrete_kl(p, q).item(),
        reverse=discrete_kl(q, p).item(),
    )


def _normalised(name: str, weights: Sequence[float]) -> torch.Tensor:
    if any(not isfinite(w) or w < 0 for w in weights):
        raise ValueError(f"the weights of {name} must be finite and >= 0")
    if not sum(weights) > 0:
        raise ValueError(f"{name} has no weight anywhere; raise one of its bars")
    values = torch.tensor(weights, dtype=torch.float64)
    return values / values.sum()
