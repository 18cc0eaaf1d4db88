"""Lets the tests import the modules beside this folder, and gives them a tiny random Llama."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from scorer.weights import Layer, Llama, LlamaConfig  # noqa: E402


@pytest.fixture(scope="session")
def tiny() -> Llama:
    """Two layers of width 144 (= 4 * 36), three heads on one, tied head."""
    config = LlamaConfig(
        layers=2, hidden=144, heads=9, kv_heads=3, head_size=16, feed_forward=192, vocabulary=101,
        max_tokens=64, rope_theta=10_000.0, norm_epsilon=1e-5,
    )  # fmt: skip
    random = np.random.default_rng(7)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.standard_normal((rows, columns)) / np.sqrt(rows)

    def norm() -> np.ndarray:
        return random.uniform(0.5, 1.5, config.hidden)

    def layer() -> Layer:
        width = (config.heads + 2 * config.kv_heads) * config.head_size
        return Layer(
            attention_norm=norm(), qkv=matrix(144, width), output=matrix(144, 144), feed_forward_norm=norm(),
            gate=matrix(144, 192), up=matrix(144, 192), down=matrix(192, 144),
        )  # fmt: skip

    embedding = random.standard_normal((config.vocabulary, config.hidden))
    return Llama(config, embedding, (layer(), layer()), norm(), head=embedding)


@pytest.fixture(scope="session")
def ids() -> np.ndarray:
    return np.random.default_rng(8).integers(0, 101, 40)
