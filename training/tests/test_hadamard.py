"""The Hadamard matrices and the way they are applied."""

import numpy as np
import pytest

from scorer.hadamard import hadamard, times_hadamard


@pytest.mark.parametrize("order", [1, 2, 32, 36, 64, 144, 576])
def test_is_orthogonal_symmetric_and_flat(order: int) -> None:
    matrix = hadamard(order)
    np.testing.assert_allclose(matrix @ matrix, np.eye(order), atol=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_allclose(np.abs(matrix), order**-0.5)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_applies_along_the_axis_asked_for(axis: int) -> None:
    x = np.random.default_rng(1).standard_normal((36, 64, 72))
    expected = np.moveaxis(np.moveaxis(x, axis, -1) @ hadamard(x.shape[axis]), -1, axis)
    np.testing.assert_allclose(times_hadamard(x, axis), expected, atol=1e-12)


def test_refuses_an_order_it_has_no_matrix_for() -> None:
    with pytest.raises(ValueError, match="order 20"):
        hadamard(20)
