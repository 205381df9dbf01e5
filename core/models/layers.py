"""What networks are made of, said once: which layers have weights, which only arrange numbers, which do nothing in use.

Whatever takes a network apart (its outline, the diagram of one digit's way through it, its file for the browser) asks here.
"""

from collections.abc import Iterator

from torch import nn

WEIGHTED: dict[type[nn.Module], str] = {
    nn.Linear: "dense",
    nn.Conv2d: "convolution",
    nn.ConvTranspose2d: "transposed convolution",
}
ARRANGING = (nn.Flatten, nn.Unflatten)
IDLE = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)  # of a network in use


def in_order(part: nn.Module) -> Iterator[nn.Module]:
    """The layers inside nested sequences, in the order in which they are computed; a layer that is none is its own."""
    if not isinstance(part, nn.Sequential):
        yield part
        return
    for child in part:
        yield from in_order(child)
