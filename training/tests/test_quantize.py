"""Rounding: how far off a weight may be, and what the integers are bounded by."""

import numpy as np

from scorer import quantize

WEIGHT = np.random.default_rng(2).standard_normal((96, 40))


def test_is_off_by_at_most_half_a_step() -> None:
    for pair_limit in (None, quantize.PAIR_LIMIT):
        integers, scale = quantize.per_column(WEIGHT, 127, pair_limit=pair_limit)
        assert np.all(np.abs(integers * scale.astype(float) - WEIGHT) <= scale * 0.5001)
        assert np.abs(integers.astype(int)).max() <= 127


def test_neighbouring_rows_never_overflow_sixteen_bits() -> None:
    weight = np.repeat(WEIGHT, 2, axis=0)  # the worst case: both of a pair alike
    integers = quantize.per_column(weight, 127, pair_limit=quantize.PAIR_LIMIT)[0].astype(int)
    for first, second in ((255, 255), (255, 0), (0, 255)):
        products = first * integers[0::2] + second * integers[1::2]
        assert products.max() <= np.iinfo(np.int16).max
        assert products.min() >= np.iinfo(np.int16).min


def test_a_row_of_zeros_stays_zero() -> None:
    integers, scale = quantize.per_row(np.zeros((3, 8)), 127)
    assert not integers.any()
    assert np.all(np.isfinite(scale))


def test_q4_blocks_lose_nothing() -> None:
    random = np.random.default_rng(3)
    blocks = random.integers(0, 16, (40, 3, 32))
    blocks[..., 0], blocks[..., 1] = 0, 15
    weight = (blocks * random.uniform(0.01, 0.1, (40, 3, 1)) - random.uniform(0, 1, (40, 3, 1))).reshape(40, 96).T
    packed, scale, zero = quantize.blocks4(weight, 32)
    levels = np.stack([packed & 15, packed >> 4], axis=-1).reshape(blocks.shape)
    np.testing.assert_array_equal(levels, blocks)
    np.testing.assert_allclose((levels - zero[..., None]) * scale[..., None], weight.T.reshape(40, 3, 32), atol=1e-6)


def test_calibrated_rounding_errs_less_on_inputs_like_those_it_saw() -> None:
    random = np.random.default_rng(4)
    x = random.standard_normal((500, 8)) @ random.standard_normal((8, 96)) + 0.1 * random.standard_normal((500, 96))
    plain = quantize.per_column(WEIGHT, 127, pair_limit=quantize.PAIR_LIMIT)
    calibrated = quantize.per_column_calibrated(WEIGHT, x[:250].T @ x[:250], 127, quantize.PAIR_LIMIT)
    errors = [np.abs(x[250:] @ (integers * scale.astype(float) - WEIGHT)).mean() for integers, scale in (plain, calibrated)]
    assert errors[1] < errors[0] / 2
    pairs = calibrated[0][0::2].astype(int) + calibrated[0][1::2]
    assert np.abs(pairs).max() <= quantize.PAIR_LIMIT
