"""Rotating a Llama so that its activations lose their outliers: same function, easier to quantise.

The idea of QuaRot (Ashkboos et al., 2024). Exact: nothing here loses information. Pure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .hadamard import times_hadamard
from .weights import Layer, Llama, LlamaConfig

_SEED = 1


def rotate(model: Llama, down_block: int) -> Llama:
    """The same model with norm weights folded away and three rotations folded in.

    - the residual stream, by random signs and a Hadamard matrix (an RMS norm without weights does not see it);
    - each attention head's values, undone by the output matrix;
    - the input of `down`, in blocks of `down_block` (0: not at all). This one is not folded on the input side:
      the graph must multiply by the same blocks before `down`.
    """
    config = model.config
    signs = _signs(config.hidden)
    head = _rotate_last(model.head * model.final_norm, signs)
    return Llama(
        config=config,
        embedding=_rotate_last(model.embedding, signs),
        layers=tuple(_rotate_layer(layer, config, signs, down_block) for layer in model.layers),
        final_norm=np.ones(config.hidden),
        head=head,
        embedding_map=_embedding_map(model, signs),
    )


def _signs(size: int) -> np.ndarray:
    """Fixed pseudo-random signs: one bit each of a linear congruential generator."""
    state, signs = _SEED, np.empty(size)
    for index in range(size):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        signs[index] = 1.0 if state >> 63 else -1.0
    return signs


def _rotate_last(x: np.ndarray, signs: np.ndarray) -> np.ndarray:
    return times_hadamard(x * signs)


def _rotate_first(x: np.ndarray, signs: np.ndarray) -> np.ndarray:
    return times_hadamard(x * signs[:, None], axis=0)


def _rotate_layer(layer: Layer, config: LlamaConfig, signs: np.ndarray, down_block: int) -> Layer:
    def reading(weight: np.ndarray, norm: np.ndarray) -> np.ndarray:
        return _rotate_first(weight * norm[:, None], signs)

    qkv, output = _rotate_heads(layer.qkv, layer.output, config)
    down = layer.down
    if down_block:
        down = times_hadamard(down.reshape(-1, down_block, down.shape[1]), axis=1).reshape(down.shape)
    return replace(
        layer,
        attention_norm=np.ones(config.hidden),
        qkv=reading(qkv, layer.attention_norm),
        output=_rotate_last(output, signs),
        feed_forward_norm=np.ones(config.hidden),
        gate=reading(layer.gate, layer.feed_forward_norm),
        up=reading(layer.up, layer.feed_forward_norm),
        down=_rotate_last(down, signs),
    )


def _rotate_heads(qkv: np.ndarray, output: np.ndarray, config: LlamaConfig) -> tuple[np.ndarray, np.ndarray]:
    """A Hadamard matrix on every head's value columns and, to undo it, on the rows that read them."""
    size = config.head_size
    first = (config.heads + config.kv_heads) * size
    values = times_hadamard(qkv[:, first:].reshape(-1, size)).reshape(-1, config.kv_heads * size)
    rows = times_hadamard(output.reshape(config.heads, size, -1), axis=1).reshape(output.shape)
    return np.concatenate([qkv[:, :first], values], axis=1), rows


def _embedding_map(model: Llama, signs: np.ndarray) -> np.ndarray | None:
    """With a tied head the rotated embedding is `head @ map`: undo the rotation, the norm's weight, rotate again."""
    if model.head is not model.embedding:
        return None
    return _rotate_last(_rotate_first(np.diag(1 / model.final_norm), signs), signs)
