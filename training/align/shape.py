"""The sizes that a decoder block's graphs are made for, and the projections that carry adapters. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PROJECTIONS = ("q", "k", "v", "output", "gate", "up", "down")
# The matrices as the scorer stores them; `qkv` is q, k and v side by side.
MATRICES = ("qkv", "output", "gate", "up", "down")


@dataclass(frozen=True)
class BlockShape:
    """`down_block`: order of the Hadamard matrices between the SwiGLU and `down`; see `scorer/rotation.py`."""

    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    feed_forward: int
    down_block: int
    norm_epsilon: float

    @property
    def widths(self) -> dict[str, tuple[int, int]]:
        """`{projection or matrix: (in, out)}`."""
        query, key = self.heads * self.head_size, self.kv_heads * self.head_size
        return {
            "q": (self.hidden, query),
            "k": (self.hidden, key),
            "v": (self.hidden, key),
            "qkv": (self.hidden, query + 2 * key),
            "output": (query, self.hidden),
            "gate": (self.hidden, self.feed_forward),
            "up": (self.hidden, self.feed_forward),
            "down": (self.feed_forward, self.hidden),
        }


SMOLLM2_135M = BlockShape(
    hidden=576, heads=9, kv_heads=3, head_size=64, feed_forward=1536, down_block=32, norm_epsilon=1e-5
)  # fmt: skip
SMOLLM2_135M_VOCABULARY = 49_152
