"""Draws, batches, learning rates and first adapters: what `packages/align/src/train` does, number for number. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .shape import PROJECTIONS

_CHUNK = 64
_LAST = 0.1
_WORD = 0xFFFFFFFF


class Random:
    """Mulberry32 over the FNV-1a hash of a seed: numbers in [0, 1)."""

    def __init__(self, seed: str) -> None:
        self._state = 0x811C9DC5
        for character in seed:
            self._state = (self._state ^ ord(character)) * 0x01000193 & _WORD

    def draw(self, count: int) -> np.ndarray:
        """The next numbers, float64."""
        word = np.uint64(_WORD)
        steps = np.arange(1, count + 1, dtype=np.uint64)
        state = (np.uint64(self._state) + steps * np.uint64(0x6D2B79F5)) & word
        self._state = (self._state + count * 0x6D2B79F5) & _WORD
        t = ((state ^ (state >> np.uint64(15))) * (state | np.uint64(1))) & word
        t = ((t + (((t ^ (t >> np.uint64(7))) * (t | np.uint64(61))) & word)) & word) ^ t
        return (t ^ (t >> np.uint64(14))).astype(np.float64) / 2**32

    def shuffled(self, values: Sequence) -> list:
        drawn = list(values)
        for last, number in zip(range(len(drawn) - 1, 0, -1), self.draw(max(0, len(drawn) - 1))):
            other = math.floor(number * (last + 1))
            drawn[last], drawn[other] = drawn[other], drawn[last]
        return drawn


def plan_batches(lengths: Sequence[int], epochs: int, batch_tokens: int, seed: int) -> list[list[int]]:
    """Indices of the pairs of every step: each pair once an epoch, neighbours of like length together."""
    batches = []
    for epoch in range(epochs):
        random = Random(f"{seed} batches {epoch}")
        order = random.shuffled(range(len(lengths)))
        cut = [batch for start in range(0, len(order), _CHUNK) for batch in filled(order[start : start + _CHUNK], lengths, batch_tokens)]
        batches += random.shuffled(cut)
    return batches


def filled(indices: Sequence[int], lengths: Sequence[int], batch_tokens: int) -> list[list[int]]:
    """Sorted by length, cut where another pair would pass `batch_tokens`, padding counted."""
    batches: list[list[int]] = []
    for index in sorted(indices, key=lambda index: (lengths[index], index)):
        if batches and (len(batches[-1]) + 1) * lengths[index] <= batch_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def token_weight(plan: Sequence[Sequence[int]], answers: Sequence[int]) -> float:
    """What every answer token weighs in its step: 1 / (mean answer tokens of a batch). `answers`: tokens of every pair's answer."""
    return len(plan) / sum(answers[index] for batch in plan for index in batch)


def learning_rate_at(step: int, steps: int, warmup: float, highest: float) -> float:
    """`step` from 1: a line up over the share `warmup`, then half a cosine down to a tenth."""
    rising = max(1, math.floor(warmup * steps + 0.5))
    if step <= rising:
        return highest * step / rising
    done = (step - rising) / (steps - rising)
    return highest * (_LAST + (1 - _LAST) * (1 + math.cos(math.pi * done)) / 2)


def evaluation_steps(steps: int, evaluations: int) -> set[int]:
    return {0, *(math.floor((index + 1) * steps / evaluations + 0.5) for index in range(evaluations))}


def initial_adapters(
    layers: int, widths: Mapping[str, tuple[int, int]], rank: int, projections: Sequence[str], seed: int
) -> list[dict[str, np.ndarray]]:
    """`P.a` [in, rank] uniform in ±1 / √in, `P.b` [rank, out] zero."""
    random = Random(f"{seed} adapters")

    def pair(name: str) -> dict[str, np.ndarray]:
        inputs, outputs = widths[name]
        a = (2 * random.draw(inputs * rank) - 1) * (1 / math.sqrt(inputs))
        return {f"{name}.a": a.astype(np.float32).reshape(inputs, rank), f"{name}.b": np.zeros((rank, outputs), np.float32)}

    names = [name for name in PROJECTIONS if name in projections]
    return [{key: value for name in names for key, value in pair(name).items()} for _ in range(layers)]
