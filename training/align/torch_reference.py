"""The same step in PyTorch with autograd, written from the model's formulas alone: what the graphs are checked against.

Same weights (the scorer's integers times their scales), same basis, same adapters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from scorer.hadamard import hadamard

from .batch import Batch, Tensors
from .shape import MATRICES, PROJECTIONS, BlockShape
from .shipped import Shipped
from .step import StepResult

Weights = dict[str, torch.Tensor]
Adapters = Sequence[Weights]


class TorchModel:
    """`dtype` float64 for checks, float32 to compare speed."""

    def __init__(self, shipped: Shipped, shape: BlockShape, dtype: torch.dtype = torch.float64) -> None:
        def tensor(value: np.ndarray) -> torch.Tensor:
            return torch.tensor(value.astype(np.float64)).to(dtype)

        ends = {name: tensor(value) for name, value in shipped.ends.items()}
        self._head = ends["head.rows"] * ends["head.scales"]
        self._map, self._cos, self._sin = ends["embedding.map"], ends["cos"], ends["sin"]
        self._layers = [
            {name: tensor(layer[f"{name}.weight"]) * tensor(layer[f"{name}.scale"]) for name in MATRICES} for layer in shipped.layers
        ]
        self._hadamard = tensor(hadamard(shape.down_block)) if shape.down_block else None
        self._shape, self._dtype = shape, dtype

    def adapters(self, values: Sequence[Tensors]) -> list[Weights]:
        def trained(value: np.ndarray) -> torch.Tensor:
            return torch.tensor(value, dtype=self._dtype, requires_grad=True)

        return [{name: trained(value) for name, value in layer.items()} for layer in values]

    def step(self, batch: Batch, adapters: Adapters, adapter_scale: float) -> StepResult:
        """As `TrainingGraphs.step`."""
        at = np.nonzero(batch.weights)
        chosen = self.logprobs(batch, adapters, adapter_scale, at)
        loss = -(chosen * torch.tensor(batch.weights[at], dtype=self._dtype)).sum()
        names = [(index, name) for index, layer in enumerate(adapters) for name in layer]
        found = torch.autograd.grad(loss, [adapters[index][name] for index, name in names])
        gradients: list[Tensors] = [{} for _ in adapters]
        for (index, name), gradient in zip(names, found):
            gradients[index][name] = gradient.numpy()
        every = np.full(batch.ids.shape, np.nan)
        every[at] = chosen.detach().numpy()
        return StepResult(loss.item(), every, gradients)

    def logprobs(self, batch: Batch, adapters: Adapters, scale: float, at: tuple[np.ndarray, ...]) -> torch.Tensor:
        x = self._head[torch.tensor(batch.ids)] @ self._map
        for layer, adapter in zip(self._layers, adapters):
            x = self._block(x, layer, adapter, scale)
        logits = self._norm(x[at]) @ self._head.T
        targets = torch.tensor(batch.targets[at])[:, None]
        return functional.log_softmax(logits, dim=-1).gather(-1, targets)[:, 0]

    def _norm(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self._shape.norm_epsilon)

    def _block(self, x: torch.Tensor, layer: Weights, adapter: Weights, scale: float) -> torch.Tensor:
        shape, (count, length, _) = self._shape, x.shape

        def add(h: torch.Tensor, name: str) -> torch.Tensor:
            return (h @ adapter[f"{name}.a"]) @ adapter[f"{name}.b"] * scale

        h = self._norm(x)
        widths = [shape.widths[name][1] for name in ("q", "k", "v")]
        parts = (h @ layer["qkv"]).split(widths, dim=-1)
        heads = [
            (part + add(h, name)).view(count, length, -1, shape.head_size).transpose(1, 2) for name, part in zip("qkv", parts)
        ]
        query, key = (self._rotary(value) for value in heads[:2])
        attended = functional.scaled_dot_product_attention(query, key, heads[2], is_causal=True, enable_gqa=True)
        attended = attended.transpose(1, 2).reshape(count, length, -1)
        x = x + attended @ layer["output"] + add(attended, "output")
        h = self._norm(x)
        inner = functional.silu(h @ layer["gate"] + add(h, "gate")) * (h @ layer["up"] + add(h, "up"))
        if self._hadamard is not None:
            inner = (inner.view(count, length, -1, shape.down_block) @ self._hadamard).view(inner.shape)
        return x + inner @ layer["down"] + add(inner, "down")

    def _rotary(self, x: torch.Tensor) -> torch.Tensor:
        length, half = x.shape[2], x.shape[3] // 2
        cos, sin = self._cos[:length], self._sin[:length]
        first, second = x[..., :half], x[..., half:]
        return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def relative_errors(measured: Sequence[Tensors], expected: Sequence[Tensors]) -> dict[str, float]:
    """For every projection's `a` and `b`, the largest over layers of |measured − expected| / |expected| (norms)."""
    return {
        f"{name}.{part}": max(
            float(np.linalg.norm(m[f"{name}.{part}"] - e[f"{name}.{part}"]) / np.linalg.norm(e[f"{name}.{part}"]))
            for m, e in zip(measured, expected)
        )
        for name in PROJECTIONS
        for part in ("a", "b")
    }
