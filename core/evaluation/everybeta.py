"""The rate-distortion curve of a network that serves every beta, and how it compares with networks trained for one beta each."""

from collections.abc import Iterable, Mapping, Sequence
from math import isclose

from core.config import PIXELS
from core.datasets import Digits
from core.evaluation.codes import encode_set, reconstruction_errors
from core.evaluation.elbo import measure_elbo
from core.models import EveryBetaVAE

Row = dict[str, float]


def rate_distortion(network: EveryBetaVAE, digits: Digits, betas: Iterable[float], seed: int = 0) -> list[Row]:
    """One row per beta (ELBO scale), in the order given.

    "rate" and "distortion" (Bernoulli) in nats, of one z per digit drawn with the same `seed` at every beta; "objective" is
    distortion + beta * rate, without a class term; "active_dims" by variance (see `Elbo.active_dims`); "mse" is of mu and
    "mse_sampled" of the sampled z, both means over pixels. Raises ValueError for a beta that is not finite and > 0.
    """
    return [_row(network, digits, float(beta), seed) for beta in betas]


def compare_to_references(table: Sequence[Row], references: Mapping[float, float]) -> list[Row]:
    """Set the curve against models trained for one beta each.

    `references` gives for each beta the objective of its model on the same digits, distortion + beta * rate in nats
    (`measure_elbo(reference, digits, seed).objective(beta)`). One row per reference: "beta", the network's "objective",
    "reference_objective" and "percent", by how much the network's is larger; below 0 it is the better one. Raises ValueError
    if the table has no row for a reference's beta.
    """
    rows = []
    for beta, reference in references.items():
        own = next((row["objective"] for row in table if isclose(row["beta"], beta)), None)
        if own is None:
            raise ValueError(f"the table has no row for beta = {beta}; ask rate_distortion for it")
        rows.append(
            {
                "beta": float(beta),
                "objective": own,
                "reference_objective": float(reference),
                "percent": 100 * (own / reference - 1),
            }
        )
    return rows


def _row(network: EveryBetaVAE, digits: Digits, beta: float, seed: int) -> Row:
    model = network.at(beta)
    codes = encode_set(model, digits)
    found = measure_elbo(model, digits, seed, codes)
    return {
        "beta": beta,
        "rate": found.rate,
        "distortion": found.distortion,
        "objective": found.objective(beta),
        "active_dims": found.active_dims,
        "mse": reconstruction_errors(model, digits, codes=codes).double().mean().item() / PIXELS,
        "mse_sampled": found.mse,
    }
