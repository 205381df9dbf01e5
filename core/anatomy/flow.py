"""One digit on its way through a network: every tensor from the picture to the terms of the loss.

Nothing is computed here in a way of its own: the tensors come from the model, from `Posterior.sample` and from `core.losses`.
The hidden layers are read on a second pass through the same layers.
"""

from dataclasses import dataclass
from hashlib import blake2b

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.config import Objective
from core.losses import kl_per_dimension, loss_terms, weighted_total
from core.models import Autoencoder
from core.models.layers import ARRANGING, IDLE, WEIGHTED, in_order

MOST_DIMENSIONS = 64  # of a code that can still be drawn as bars
MOST_LAYERS = 3  # hidden ones, in each half


@dataclass(frozen=True, eq=False)
class Anatomy:
    """What one digit becomes. The tensors have no batch dimension; they are named as in the diagram.

    "x", "encoder 1" ..., "mu", "logvar", "sigma", "noise", "z", "decoder 1" ..., "x_hat", "reconstruction" (28, 28), "kl" (D,),
    "head" (128,), "probabilities" (10,), "classification" (10,): those that the model has, in the order of the computation. An
    autoencoder has no posterior, so its "z" comes right after the encoder.
    """

    parts: dict[str, Tensor]
    label: int
    terms: dict[str, float]  # unweighted; the sum over the tensor of that name, of "classification" the entry of the label
    weighted: dict[str, float]  # what each term adds to the total
    total: float
    convolved: frozenset[str]  # the parts that a convolution has made; the other layers multiply by a matrix


def dissect(model: Autoencoder, x: Tensor, label: int, noise: Tensor, objective: Objective) -> Anatomy:
    """Send one picture (1, 1, 28, 28) of class `label` through the model with the given noise (1, D)."""
    with torch.inference_mode():
        posterior = model.encode(x)
        z = posterior.sample(noise)  # (1, D)
        logits = model.decode_logits(z)  # (1, 1, 28, 28)
        parts = {"x": x}
        parts |= {f"encoder {i}": h for i, h in enumerate(hidden(model.trunk, x), start=1)}
        if posterior.logvar is not None:
            sigma = (0.5 * posterior.logvar).exp()
            parts |= {"mu": posterior.mu, "logvar": posterior.logvar, "sigma": sigma, "noise": noise}
        parts["z"] = z
        parts |= {f"decoder {i}": h for i, h in enumerate(hidden(model.decoder, z), start=1)}
        parts |= {"x_hat": logits.sigmoid(), "reconstruction": per_pixel(logits, x, objective)}
        if posterior.logvar is not None:
            parts["kl"] = kl_per_dimension(posterior.mu, posterior.logvar)
        if model.class_head is not None:
            scores = model.classify(z)  # (1, 10)
            parts["head"] = hidden(model.class_head, z)[-1]
            parts |= {"probabilities": scores.softmax(dim=1), "classification": -scores.log_softmax(dim=1)}
        terms, _ = loss_terms(model, x, torch.tensor([label]), noise, objective)
    weights = term_weights(terms, objective)
    found = {name: term.item() for name, term in terms.items()}
    weighted = {name: weights[name] * value for name, value in found.items()}
    total = weighted_total(terms, objective).item()
    return Anatomy({name: part[0] for name, part in parts.items()}, label, found, weighted, total, convolved(model))


def hidden(layers: nn.Sequential, h: Tensor) -> list[Tensor]:
    """What the ReLUs of a network put out, in order: each (B, C, H, W) or (B, n), never below 0."""
    found = []
    for layer in in_order(layers):
        h = layer(h)
        if isinstance(layer, nn.ReLU):
            found.append(h)
    return found


def convolved(model: Autoencoder) -> frozenset[str]:
    """The hidden layers, and "x_hat", whose numbers come straight out of a convolution or a transposed one."""
    found = set()
    for half, layers in (("encoder", model.trunk), ("decoder", model.decoder)):
        count, made_by = 1, None  # the last layer that has weights
        for layer in in_order(layers):
            if isinstance(layer, tuple(WEIGHTED)):
                made_by = layer
            elif isinstance(layer, nn.ReLU):
                if not isinstance(made_by, nn.Linear):
                    found.add(f"{half} {count}")
                count += 1
    return frozenset(found if isinstance(made_by, nn.Linear) else found | {"x_hat"})


def per_pixel(logits: Tensor, x: Tensor, objective: Objective) -> Tensor:
    """What each pixel adds to the reconstruction term: (B, 1, 28, 28) twice -> (B, 28, 28); the sum is the term of `losses`."""
    if objective.scale == "notebook":
        return (logits.sigmoid() - x).square()[:, 0]
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none")[:, 0]


def term_weights(terms: dict[str, Tensor], objective: Objective) -> dict[str, float]:
    """The factor of each term in the total, read off `weighted_total`, where weights are applied."""
    nothing = {name: torch.zeros(1) for name in terms}
    return {name: weighted_total(nothing | {name: torch.ones(1)}, objective).item() for name in terms}


def draw_noise(seed: int, latent_dim: int) -> Tensor:
    """epsilon ~ N(0, I) of its own generator: (1, D). Seed 0 is no draw but 0, which leaves z = mu."""
    if seed == 0:
        return torch.zeros(1, latent_dim)
    return torch.randn(1, latent_dim, generator=torch.Generator().manual_seed(seed))


def fingerprint(part: Tensor | float) -> str:
    """Equal for equal values, so that a page can tell what has changed without keeping tensors."""
    values = torch.as_tensor(part).detach().contiguous().numpy()
    return blake2b(values.tobytes(), digest_size=8).hexdigest()


def can_be_drawn(model: Autoencoder) -> bool:
    """Whether the diagram has room for this network, and its formulas are the network's own.

    There is room for halves of layers in a row, each with 1 to 3 hidden ones, and for a code of 64 numbers. The formulas are of
    layers that multiply and add, then of ReLUs: they would be wrong for a network with other layers, and for one that encodes
    or decodes in a way of its own. Needs no weights: the network may stand on the device "meta".
    """
    heads = () if model.class_head is None else (model.class_head,)
    parts = [list(in_order(part)) for part in (model.trunk, model.decoder, *heads)]
    known = all(type(layer) in (*WEIGHTED, *ARRANGING, *IDLE, nn.ReLU) for part in parts for layer in part)
    depths = [sum(isinstance(layer, nn.ReLU) for layer in part) for part in parts]
    usual = type(model).encode is Autoencoder.encode and type(model).decode_logits is Autoencoder.decode_logits
    fits = all(1 <= depth <= MOST_LAYERS for depth in depths) and model.config.latent_dim <= MOST_DIMENSIONS
    return known and usual and fits and not model.conditional
