"""The inverse of a curvature, kept as a triangle: half the work of the whole, and all that a fit asks of it.

A curvature is symmetric and positive definite, so it is :math:`L L^T` (Cholesky), and its inverse
:math:`R^T R` with :math:`R = L^{-1}`. Both triangles are found tile by tile. Tiles of 64 are what libraries of linear
algebra multiply without help: one that shares a matrix of 500 out among as many threads as there are cores waits for
the slowest, which took 0.5 s instead of 5 ms where the cores had other work. So a fit takes the time of one core, and
its last digits do not depend on how many there are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_TILE: Final = 64


class Inverse:
    """Of a symmetric, positive definite matrix.

    :raises numpy.linalg.LinAlgError: if it is not positive definite.
    """

    def __init__(self, matrix: Array) -> None:
        size = len(matrix)
        tiles = -(-size // _TILE)
        padded = np.eye(tiles * _TILE)
        padded[:size, :size] = matrix
        root = _root(padded.reshape(tiles, _TILE, tiles, _TILE).swapaxes(1, 2).copy())
        self._root = root.swapaxes(1, 2).reshape(padded.shape)[:size, :size].copy()

    def times(self, vector: Array) -> Array:
        """The solution of matrix · x = vector."""
        solution: Array = np.einsum("ij,i->j", self._root, self.root_times(vector))
        return solution

    def root_times(self, vector: Array) -> Array:
        """R · vector, whose square is vectorᵀ · inverse · vector."""
        product: Array = np.einsum("ij,j->i", self._root, vector)
        return product

    def diagonal(self) -> Array:
        """The inverse's diagonal."""
        diagonal: Array = np.einsum("ij,ij->j", self._root, self._root)
        return diagonal


def _root(rest: Array) -> Array:
    """R of a matrix in tiles (row, column, row within, column within), which is used up."""
    tiles = len(rest)
    lower, root = np.zeros_like(rest), np.zeros_like(rest)
    for n in range(tiles):
        root[n, n] = np.linalg.inv(np.linalg.cholesky(rest[n, n]))
        column = lower[n + 1 :, n] = rest[n + 1 :, n] @ root[n, n].T
        rest[n + 1 :, n + 1 :] -= column[:, np.newaxis] @ column.swapaxes(1, 2)
        for before in range(n):
            root[n, before] = -root[n, n] @ (lower[n, before:n] @ root[before:n, before]).sum(axis=0)
    return root
