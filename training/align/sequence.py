"""Pseudo-random float32 arrays that JavaScript makes alike: a 32-bit linear congruential generator. Pure.

    state = (state * 1664525 + 1013904223) mod 2^32; the value is (state / 2^31 - 1) * size, rounded to float32
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .batch import Tensors
from .shape import PROJECTIONS, BlockShape


class Sequence32:
    def __init__(self, seed: int) -> None:
        self._state = seed

    def array(self, shape: Sequence[int], size: float) -> np.ndarray:
        """The next values, in row-major order."""
        count = int(np.prod(shape))
        states = np.empty(count, np.float64)
        state = self._state
        for index in range(count):
            state = (state * 1664525 + 1013904223) % 2**32
            states[index] = state
        self._state = state
        return ((states / 2**31 - 1) * size).astype(np.float32).reshape(shape)


def sequence_adapters(shape: BlockShape, layers: int, rank: int, seed: int, sizes: tuple[float, float]) -> list[Tensors]:
    """Layer by layer, projection by projection (`PROJECTIONS`), `a` [in, rank] of size `sizes[0]`, then `b` of `sizes[1]`."""
    numbers = Sequence32(seed)

    def pair(name: str) -> Tensors:
        rows, columns = shape.widths[name]
        return {f"{name}.a": numbers.array([rows, rank], sizes[0]), f"{name}.b": numbers.array([rank, columns], sizes[1])}

    return [{key: value for name in PROJECTIONS for key, value in pair(name).items()} for _ in range(layers)]
