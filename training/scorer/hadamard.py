"""Hadamard matrices, and multiplying by them with additions only.

Orders 2^k and 36 * 2^k. All are symmetric and scaled to be orthogonal, hence their own inverse. Pure.
Every product is a fixed sequence of element-wise sums (no BLAS), so the result has the same bits everywhere.
"""

from __future__ import annotations

import numpy as np

_PALEY = 36


def hadamard(order: int) -> np.ndarray:
    """The orthogonal, symmetric Hadamard matrix of that order, float64."""
    return times_hadamard(np.eye(order))


def times_hadamard(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """`x` multiplied by the Hadamard matrix of the length of `axis`, along it."""
    order = x.shape[axis]
    core = _core(order)
    power = order // core.shape[0]
    # First axis: the power of two (Sylvester); second: the rest (Paley).
    y = np.ascontiguousarray(np.moveaxis(x, axis, 0)).reshape(power, core.shape[0], *np.delete(x.shape, axis))
    y = _sylvester(_signed_sums(y, core)) / np.sqrt(order)
    return np.moveaxis(y.reshape(order, *y.shape[2:]), 0, axis)


def _core(order: int) -> np.ndarray:
    for size, make in ((1, lambda: np.ones((1, 1))), (_PALEY, _paley36)):
        power = order // size
        if power >= 1 and power * size == order and power & (power - 1) == 0:
            return make()
    raise ValueError(f"No Hadamard matrix of order {order} here: use 2^k or {_PALEY} * 2^k.")


def _sylvester(x: np.ndarray) -> np.ndarray:
    """Fast Walsh-Hadamard transform of the first axis, unscaled."""
    length, half = x.shape[0], 1
    while half < length:
        pairs = x.reshape(length // (2 * half), 2, half, *x.shape[1:])
        x = np.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], axis=1).reshape(x.shape)
        half *= 2
    return x


def _signed_sums(x: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """The second axis of `x` times a symmetric matrix of +1 and -1."""
    result = np.empty_like(x)
    for row in range(len(signs)):
        total = x[:, 0] * signs[row, 0]
        for column in range(1, len(signs)):
            if signs[row, column] > 0:
                total += x[:, column]
            else:
                total -= x[:, column]
        result[:, row] = total
    return result


def _paley36() -> np.ndarray:
    """Paley's second construction over the field of 17 elements: symmetric, order 2 * (17 + 1)."""
    q = 17
    squares = {i * i % q for i in range(1, q)}
    residue = np.array([[0 if i == j else 1 if (i - j) % q in squares else -1 for j in range(q)] for i in range(q)])
    conference = np.ones((q + 1, q + 1))
    conference[0, 0] = 0
    conference[1:, 1:] = residue
    return np.kron(conference, [[1, 1], [1, -1]]) + np.kron(np.eye(q + 1), [[1, -1], [-1, -1]])
