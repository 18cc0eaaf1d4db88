"""Rounding weights to small integers. Pure."""

from __future__ import annotations

import numpy as np


# Processors without VNNI add two products of an unsigned byte and a signed one in 16 bits, and saturate.
# 255 * 128 = 32,640 still fits; rounding may add one half to each of the two.
PAIR_LIMIT = 128
# Of the calibrated rounding: rows handled at a time (speed only), and the share of the mean moment added to each.
_ROWS, _DAMPING = 64, 0.01


def per_column(weight: np.ndarray, limit: int, *, pair_limit: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """`(int8 [in, out], float32 scale [out])` with `|int8| <= limit` and `int8 * scale` nearest to `weight`.

    With `pair_limit` a column's scale is also large enough that rows 2k and 2k + 1 never sum to more than that.
    The error of an entry is at most half its column's scale.
    """
    scale = _scale(np.abs(weight).max(axis=0), limit)
    if pair_limit is not None:
        pairs = weight[0::2] + weight[1::2]
        scale = np.maximum(scale, np.abs(pairs).max(axis=0) / (pair_limit - 1))
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


def per_row(weight: np.ndarray, limit: int, *, pair_limit: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """As `per_column`, with one scale for each row: `(int8 [rows, n], float32 [rows, 1])`."""
    quantized, scale = per_column(weight.T, limit, pair_limit=pair_limit)
    return np.ascontiguousarray(quantized.T), scale[:, None]


def per_column_calibrated(weight: np.ndarray, moments: np.ndarray, limit: int, pair_limit: int) -> tuple[np.ndarray, np.ndarray]:
    """As `per_column`, but what rounding a row loses is made good in the rows after it, as far as they go together.

    GPTQ (Frantar et al., 2022). `moments`: sum of outer(x, x) over inputs x of the matrix, [in, in].
    """
    scale = _scale(np.abs(weight).max(axis=0), limit)
    pairs = np.abs(weight[0::2] + weight[1::2]).max(axis=0) / (pair_limit - 1)
    scale = np.maximum(scale, pairs)
    factor = _feedback(moments)
    rest, integers = weight / scale, np.empty_like(weight)
    for start in range(0, len(weight), _ROWS):
        end = min(start + _ROWS, len(weight))
        error = np.empty((end - start, weight.shape[1]))
        for row in range(start, end):
            integers[row] = _bounded(np.rint(rest[row]), integers[row - 1] if row % 2 else None, limit, pair_limit)
            error[row - start] = (rest[row] - integers[row]) / factor[row, row]
            rest[row + 1 : end] -= factor[row, row + 1 : end, None] * error[row - start]
        rest[end:] -= factor[start:end, end:].T @ error
    return integers.astype(np.int8), scale.astype(np.float32)


def _feedback(moments: np.ndarray) -> np.ndarray:
    """The upper Cholesky factor of the damped moments' inverse: row k says where row k's error goes."""
    damped = moments + np.eye(len(moments)) * _DAMPING * np.diag(moments).mean()
    return np.linalg.cholesky(np.linalg.inv(damped)).T


def _bounded(values: np.ndarray, partner: np.ndarray | None, limit: int, pair_limit: int) -> np.ndarray:
    """Within the limit, and so that the sum with the partner of the pair stays within the pair's."""
    if partner is None:
        return np.clip(values, -limit, limit)
    return np.clip(values, np.maximum(-limit, -pair_limit - partner), np.minimum(limit, pair_limit - partner))


def blocks8(weight: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """8-bit blocks along the input for MatMulNBits: `(uint8 [out, blocks, block], float32 [out, blocks])`, zero = 128."""
    grouped = _grouped(weight, block)
    scale = _scale(np.abs(grouped).max(axis=-1), 127)
    return (np.rint(grouped / scale[..., None]) + 128).astype(np.uint8), scale.astype(np.float32)


def blocks4(weight: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """4-bit blocks for MatMulNBits: `(packed uint8 [out, blocks, block / 2], scale, zero point)`, both float32.

    Loses nothing when `weight` came from Q4_1 with the same blocks: a zero point may be a fraction.
    """
    grouped = _grouped(weight, block)
    low, high = grouped.min(axis=-1), grouped.max(axis=-1)
    scale = np.maximum((high - low) / 15, 1e-12)
    levels = np.rint((grouped - low[..., None]) / scale[..., None]).astype(np.uint8)
    packed = levels[..., 0::2] | levels[..., 1::2] << 4
    return packed, scale.astype(np.float32), (-low / scale).astype(np.float32)


def _scale(largest: np.ndarray, limit: int) -> np.ndarray:
    return np.maximum(largest, 1e-12) / limit


def _grouped(weight: np.ndarray, block: int) -> np.ndarray:
    inputs, outputs = weight.shape
    return weight.T.reshape(outputs, inputs // block, block)
