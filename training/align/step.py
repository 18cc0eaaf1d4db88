"""One training step over the graphs, as Node runs it: gradients of the loss for every adapter.

Rows are padded on the right; a target counts with its weight, padding has weight 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .batch import Batch, Tensors
from .shape import PROJECTIONS
from .shipped import Shipped

_HEAD_ROWS = 256


@dataclass(frozen=True)
class StepResult:
    """`logprobs` [batch, sequence], NaN where the weight is 0. `gradients`: for each layer, `P.a` and `P.b`."""

    loss: float
    logprobs: np.ndarray
    gradients: list[Tensors]


class TrainingGraphs:
    """The four sessions, and the weights that they are fed."""

    def __init__(self, folder: Path, shipped: Shipped, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3

        def open_session(name: str) -> ort.InferenceSession:
            return ort.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])

        self._embedding, self._head = open_session("embedding"), open_session("head")
        self._forward, self._backward = open_session("block-forward"), open_session("block-backward")
        self._shipped = shipped
        self._head_rows = shipped.ends["head.rows"].astype(np.float32) * shipped.ends["head.scales"]

    def logprobs(self, batch: Batch, adapters: Sequence[Tensors], adapter_scale: float) -> np.ndarray:
        """As `StepResult.logprobs`, without going back."""
        *_, (_, y) = self._blocks(batch, self._weights(batch, adapters, adapter_scale))
        return self._loss(y, batch)[0]

    def step(self, batch: Batch, adapters: Sequence[Tensors], adapter_scale: float) -> StepResult:
        weights, saved, gradients = self._weights(batch, adapters, adapter_scale), [], []
        for seen, y in self._blocks(batch, weights):
            saved.append(seen)
        logprobs, d_x = self._loss(y, batch)
        for given, seen in zip(reversed(weights), reversed(saved)):
            made = _run(self._backward, {"d_y": d_x, **seen, **given})
            d_x = made.pop("d_x")
            gradients.append({name.removesuffix(".gradient"): value for name, value in made.items()})
        loss = -float(np.nansum(logprobs * batch.weights))
        return StepResult(loss, logprobs, gradients[::-1])

    def _weights(self, batch: Batch, adapters: Sequence[Tensors], adapter_scale: float) -> list[Tensors]:
        """What every layer's graphs are fed besides activations."""
        tables = {name: self._shipped.ends[name][: batch.ids.shape[1]] for name in ("cos", "sin")}
        shared = {**tables, "adapter_scale": np.array(adapter_scale, np.float32)}
        return [{**layer, **adapter, **shared} for layer, adapter in zip(self._shipped.layers, adapters)]

    def _blocks(self, batch: Batch, weights: Sequence[Tensors]) -> Iterator[tuple[Tensors, np.ndarray]]:
        """For each block, what its backward pass wants to see, and its output."""
        x = _run(self._embedding, {"input_ids": batch.ids, **self._shipped.ends})["x"]
        for given in weights:
            made = _run(self._forward, {"x": x, **given})
            y = made.pop("y")
            yield {"x": x, **made}, y
            x = y

    def _loss(self, x: np.ndarray, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
        """`(logprobs, gradient of x)`; only positions with a weight reach the head."""
        logprobs, d_x = np.full(batch.ids.shape, np.nan, np.float32), np.zeros_like(x)
        rows, columns = np.nonzero(batch.weights)
        for start in range(0, len(rows), _HEAD_ROWS):
            at = rows[start : start + _HEAD_ROWS], columns[start : start + _HEAD_ROWS]
            feeds = {"x": x[at], "targets": batch.targets[at], "weights": batch.weights[at], "head": self._head_rows}
            made = _run(self._head, feeds)
            logprobs[at], d_x[at] = made["logprobs"], made["d_x"]
        return logprobs, d_x


def random_adapters(layers: Sequence[Tensors], rank: int, seed: int, size: float = 0.02) -> list[Tensors]:
    """Adapters that are zero nowhere, float32; `layers` as in `Shipped`."""
    random = np.random.default_rng(seed)

    def pair(rows: int, columns: int, name: str) -> Tensors:
        a = random.standard_normal((rows, rank)) / np.sqrt(rows)
        b = random.standard_normal((rank, columns)) * size
        return {f"{name}.a": a.astype(np.float32), f"{name}.b": b.astype(np.float32)}

    return [
        {key: value for name in PROJECTIONS for key, value in pair(*_widths(layer)[name], name).items()} for layer in layers
    ]


def _widths(layer: Tensors) -> dict[str, tuple[int, int]]:
    sizes = {name: layer[f"{name}.weight"].shape for name in ("qkv", "output", "gate", "up", "down")}
    hidden, width = sizes["qkv"]
    query = sizes["output"][0]
    key = (width - query) // 2
    return {**sizes, "q": (hidden, query), "k": (hidden, key), "v": (hidden, key)}


def _run(session: ort.InferenceSession, given: Tensors) -> Tensors:
    feeds = {value.name: given[value.name] for value in session.get_inputs()}
    return dict(zip((value.name for value in session.get_outputs()), session.run(None, feeds)))
