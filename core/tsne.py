"""t-SNE of codes, in this process or in one of its own. Imports no PyTorch, so that a process for it starts quickly.

van der Maaten & Hinton 2008, "Visualizing Data using t-SNE"; scikit-learn's Barnes-Hut version of it. It keeps neighbours
together and nothing else: the clusters' distances, sizes and order on its map depend on the seed and the perplexity.
"""

import os
import re
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from io import TextIOBase
from multiprocessing.connection import Connection

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


def work(connection: Connection, codes: NDArray[np.floating], perplexity: float, seed: int) -> None:
    """The child's side: sends shares in (0, 1], then the map, (N, 2), or a sentence if it cannot be had."""
    if hasattr(os, "nice"):
        os.nice(10)  # the server's answers go first
    try:
        connection.send(tsne(codes, perplexity, seed, connection.send))
    except ValueError as error:
        connection.send(str(error))
    except (BrokenPipeError, ConnectionResetError):
        return  # the parent is gone: nobody is left to tell
    finally:
        connection.close()


class _Listener(TextIOBase):
    """Takes scikit-learn's lines, "[t-SNE] Iteration 50: error = ...", and passes on how far it is."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def write(self, text: str) -> int:
        if found := re.search(r"Iteration (\d+): error", text):
            self._report(min(1.0, int(found.group(1)) / ITERATIONS))
        return len(text)
