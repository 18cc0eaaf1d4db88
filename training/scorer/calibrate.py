"""What a model's matrices are multiplied with in practice: the second moments of their inputs.

Runs the (rotated) model over sample text in float64, so that two machines agree far beyond what rounding to
integers can see. Pure.
"""

from __future__ import annotations

import numpy as np

from .hadamard import times_hadamard
from .weights import Layer, Llama, LlamaConfig

Moments = dict[str, np.ndarray]

# Text is read in short pieces, because a piece's first tokens matter most: every later token attends to them
# (attention sinks), and their activations are unlike all others'. So they also count sixteen times.
_PIECE, _FIRST, _FIRST_WEIGHT = 64, 4, 16.0


def second_moments(model: Llama, down_block: int, sequences: list[np.ndarray]) -> Moments:
    """`{matrix name: weighted sum over tokens of outer(x, x)}` for the input x of each matrix; names as in the graph."""
    config = model.config
    pieces = [ids[start : start + _PIECE] for ids in sequences for start in range(0, len(ids), _PIECE)]
    states = [model.embedding[ids] for ids in pieces]
    weights = np.concatenate([_token_weights(len(ids)) for ids in pieces])
    moments: Moments = {}
    for index, layer in enumerate(model.layers):
        collected: dict[str, list[np.ndarray]] = {"qkv": [], "output": [], "gate": [], "down": []}
        states = [_run_layer(x, layer, config, down_block, collected) for x in states]
        for name, inputs in collected.items():
            x = np.concatenate(inputs)
            moments[f"layer{index}.{name}"] = (x * weights[:, None]).T @ x
        moments[f"layer{index}.up"] = moments[f"layer{index}.gate"]
    return moments


def _token_weights(count: int) -> np.ndarray:
    return np.where(np.arange(count) < _FIRST, _FIRST_WEIGHT, 1.0)


def _run_layer(x: np.ndarray, layer: Layer, config: LlamaConfig, down_block: int, collected: dict[str, list[np.ndarray]]) -> np.ndarray:
    def times(name: str, value: np.ndarray) -> np.ndarray:
        collected[name].append(value)
        return value @ getattr(layer, name)

    qkv = times("qkv", _normed(x, layer.attention_norm, config))
    x = x + times("output", _attend(qkv, config))
    normed = _normed(x, layer.feed_forward_norm, config)
    gate = times("gate", normed)
    inner = gate / (1 + np.exp(-gate)) * (normed @ layer.up)
    if down_block:
        inner = times_hadamard(inner.reshape(len(x), -1, down_block)).reshape(len(x), -1)
    return x + times("down", inner)


def _normed(x: np.ndarray, weight: np.ndarray, config: LlamaConfig) -> np.ndarray:
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + config.norm_epsilon) * weight


def _attend(qkv: np.ndarray, config: LlamaConfig) -> np.ndarray:
    """Causal attention of all heads, [tokens, heads * head_size]."""
    tokens, size = len(qkv), config.head_size
    split = qkv.reshape(tokens, config.heads + 2 * config.kv_heads, size).swapaxes(0, 1)
    group = config.heads // config.kv_heads
    query = _turn(split[: config.heads], config)
    key = _turn(split[config.heads : -config.kv_heads], config).repeat(group, axis=0)
    value = split[-config.kv_heads :].repeat(group, axis=0)
    scores = query @ key.swapaxes(1, 2) / np.sqrt(size)
    scores[:, ~np.tri(tokens, dtype=bool)] = -np.inf
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attended = weights / weights.sum(axis=-1, keepdims=True) @ value
    return attended.swapaxes(0, 1).reshape(tokens, -1)


def _turn(x: np.ndarray, config: LlamaConfig) -> np.ndarray:
    """Rotary position embedding of [heads, tokens, head_size]."""
    half = config.head_size // 2
    angle = np.arange(x.shape[1])[:, None] * config.rope_theta ** (-np.arange(half) / half)
    cos, sin = np.cos(angle), np.sin(angle)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)
