"""t-SNE of codes, in this process or in one of its own. Imports no PyTorch, so that a process for it starts quickly.

van der Maaten & Hinton 2008, "Visualizing Data using t-SNE"; scikit-learn's Barnes-Hut version of it. It keeps neighbours
together and nothing else: the clusters' distances, sizes and order on its map depend on the seed and the perplexity.
"""

import os
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from io import BytesIO, TextIOBase

import numpy as np
from numpy.typing import NDArray

PERPLEXITY, SEED = 30, 0  # scikit-learn's perplexity; the map of every shipped model is stored at these
PERPLEXITIES = (5, 100)  # the range that is offered
LAST_SEED = 99
ITERATIONS = 1000

Report = Callable[[float], None]  # takes the share of the iterations that is done


def tsne(codes: NDArray[np.floating], perplexity: float, seed: int, report: Report | None = None) -> NDArray[np.float32]:
    """Places on a map: (N, D) -> (N, 2). Its units mean nothing.

    The points start at random places drawn with `seed`; a start from PCA would look the same at every seed and hide how much of
    the picture is chance. One thread, so a seed gives one map. With `report`, progress is read from what scikit-learn prints,
    for which the process's standard output is redirected: only for a process of its own. Raises ValueError unless the codes
    are finite and 1 <= perplexity < N.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    if codes.ndim != 2 or not np.isfinite(codes).all():
        raise ValueError(f"codes must be finite and of shape (points, dimensions), not of shape {codes.shape}")
    if not 1 <= perplexity < len(codes):
        raise ValueError(f"perplexity is a number of neighbours, from 1 to {len(codes) - 1} for {len(codes)} points")
    embedding = TSNE(
        perplexity=perplexity, init="random", random_state=seed, max_iter=ITERATIONS, verbose=0 if report is None else 2
    )
    listening = nullcontext() if report is None else redirect_stdout(_Listener(report))
    with threadpool_limits(1), listening:
        return embedding.fit_transform(codes.astype(np.float32)).astype(np.float32)


def main() -> int:
    """The process's side: codes as a .npy file on standard input; shares, one per line, then the map as .npy on the output.

    Run as `python -m core.maps.tsne PERPLEXITY SEED`. Ends with status 2 and a sentence on standard error if there is no map.
    """
    if hasattr(os, "nice"):
        os.nice(10)  # the server's answers go first
    output, perplexity, seed = sys.stdout.buffer, float(sys.argv[1]), int(sys.argv[2])

    def report(share: float) -> None:
        output.write(f"{share}\n".encode())
        output.flush()

    try:
        places = tsne(np.load(BytesIO(sys.stdin.buffer.read())), perplexity, seed, report)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    output.write(b"map\n" + to_npy(places))
    output.flush()
    return 0


def to_npy(values: NDArray) -> bytes:
    """An array as a .npy file; np.save cannot write one to a pipe."""
    file = BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


class _Listener(TextIOBase):
    """Takes scikit-learn's lines, "[t-SNE] Iteration 50: error = ...", and passes on how far it is."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def write(self, text: str) -> int:
        if found := re.search(r"Iteration (\d+): error", text):
            self._report(min(1.0, int(found.group(1)) / ITERATIONS))
        return len(text)


if __name__ == "__main__":
    sys.exit(main())
