"""The rate-distortion curve of a network that serves every beta, and its comparison with networks trained for one beta each."""

from collections.abc import Iterable, Mapping

from core.datasets import Digits
from core.evaluation.batches import Model
from core.evaluation.codes import encode_set, mse
from core.evaluation.elbo import measure_elbo
from core.models import EveryBetaVAE

Row = dict[str, float]


def rate_distortion(network: EveryBetaVAE, digits: Digits, betas: Iterable[float], seed: int = 0) -> list[Row]:
    """One row per beta (ELBO scale), in the order given.

    "rate" and "distortion" (Bernoulli) in nats, of one z per digit drawn with the same `seed` at every beta; "objective" is
    distortion + beta * rate, without a class term; "active_dims" by variance (see `Elbo.active_dims`); "mse" is of mu and
    "mse_sampled" of the sampled z, both means over pixels. Raises ValueError for a beta that is not finite and > 0.
    """
    return [_row(network.at(beta), digits, float(beta), seed) for beta in betas]


def compare_to_references(network: EveryBetaVAE, references: Mapping[float, Model], digits: Digits, seed: int = 0) -> list[Row]:
    """Set the network against a model trained for each beta alone; `references` maps beta (ELBO scale) to that model.

    One row per beta: "beta", the network's "objective" and the reference's, "reference_objective" (distortion + beta * rate,
    in nats, same digits and noise), and "percent", by how much the network's is larger: below 0 it is the better one.
    """
    rows = []
    for beta, reference in references.items():
        own = measure_elbo(network.at(beta), digits, seed).objective(beta)
        other = measure_elbo(reference, digits, seed).objective(beta)
        percent = 100 * (own / other - 1)
        rows.append({"beta": float(beta), "objective": own, "reference_objective": other, "percent": percent})
    return rows


def _row(model: Model, digits: Digits, beta: float, seed: int) -> Row:
    codes = encode_set(model, digits)
    found = measure_elbo(model, digits, seed, codes)
    return {
        "beta": beta,
        "rate": found.rate,
        "distortion": found.distortion,
        "objective": found.objective(beta),
        "active_dims": found.active_dims,
        "mse": mse(model, digits, codes),
        "mse_sampled": found.mse,
    }
