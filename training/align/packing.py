"""Adapters of q, k, v, … as the adapted scorer takes them: one pair for every stored matrix. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .batch import Tensors
from .linear import parts_of
from .shape import MATRICES


def scorer_inputs(adapters: Sequence[Tensors], adapter_scale: float) -> Tensors:
    """`layerI.M.a` and `layerI.M.b` from each layer's `P.a` and `P.b`; the scale goes into `b`."""
    packed: Tensors = {}
    for index, layer in enumerate(adapters):
        for matrix in MATRICES:
            parts = parts_of(matrix)
            packed[f"layer{index}.{matrix}.a"] = np.concatenate([layer[f"{part}.a"] for part in parts], axis=1)
            b = _diagonal([layer[f"{part}.b"] for part in parts])
            packed[f"layer{index}.{matrix}.b"] = (b * adapter_scale).astype(np.float32)
    return packed


def _diagonal(blocks: Sequence[np.ndarray]) -> np.ndarray:
    result = np.zeros(np.sum([block.shape for block in blocks], axis=0), np.float32)
    row = column = 0
    for block in blocks:
        rows, columns = block.shape
        result[row : row + rows, column : column + columns] = block
        row, column = row + rows, column + columns
    return result
