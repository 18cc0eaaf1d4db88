"""How a layer multiplies by a weight matrix: one function per way of storing it.

Each takes `(graph, x, weight [in, out], name, normed)` and returns the name of `x @ weight`. `normed` says that
every row of `x` has just left an RMS norm, so that its size is known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from . import quantize
from .builder import MICROSOFT, GraphBuilder
from .calibrate import Moments

_BLOCK = 32
_TINY = 1e-12


class Linear(Protocol):
    def __call__(self, graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str: ...


def float32(graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str:
    return graph.node("MatMul", [x, graph.constant(f"{name}.weight", weight.astype(np.float32))], name)


@dataclass(frozen=True)
class TokenInt8:
    """Integers up to `limit` for the weights, 8 bits for the activations, each token on its own.

    The scale of a normed row is fixed (`clip` / 127); any other row is divided by its own largest value first. So
    what a token scores does not depend on the tokens that happen to share its call.

    `clip` None: normed rows are treated as all others. `moments`: see `calibrate`; without, plain rounding.
    """

    limit: int
    clip: float | None
    pair_limit: int | None = None
    moments: Moments = field(default_factory=dict)

    def __call__(self, graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str:
        if name in self.moments:
            quantized, scale = quantize.per_column_calibrated(weight, self.moments[name], self.limit, self.pair_limit)
        else:
            quantized, scale = quantize.per_column(weight, self.limit, pair_limit=self.pair_limit)
        constants = [graph.constant(f"{name}.weight", quantized), graph.constant(f"{name}.scale", scale)]
        return self.multiply(graph, x, constants, name, normed=normed)

    def multiply(self, graph: GraphBuilder, x: str, constants: list[str], name: str, *, normed: bool) -> str:
        """The product with a weight and its scale that are in the graph already."""
        if normed and self.clip is not None:
            return _integer_product(graph, x, constants, name, self.clip)
        unit, size = _by_largest(graph, x)
        return graph.node("Mul", [_integer_product(graph, unit, constants, f"{name}.unscaled", 1.0), size], name)


@dataclass(frozen=True)
class CallInt8:
    """The usual dynamic quantisation: one activation scale for all tokens of a call. For comparison only."""

    limit: int

    def __call__(self, graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str:
        quantized, scale = quantize.per_column(weight, self.limit)
        activation = [f"{name}.activation", f"{name}.step", f"{name}.zero"]
        graph.node("DynamicQuantizeLinear", [x], activation)
        constants = [graph.constant(f"{name}.weight", quantized), graph.constant(f"{name}.scale", scale)]
        inputs = [activation[0], constants[0], activation[1], constants[1], activation[2]]
        return graph.node("MatMulIntegerToFloat", inputs, name, MICROSOFT)


def blocks8(graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str:
    """8-bit weights with a scale for every 32 of them. For comparison only."""
    quantized, scale = quantize.blocks8(weight, _BLOCK)
    constants = [graph.constant(f"{name}.weight", quantized), graph.constant(f"{name}.scale", scale)]
    return _block_matmul(graph, [x, *constants], weight, name, bits=8, accuracy_level=4)


def blocks4(graph: GraphBuilder, x: str, weight: np.ndarray, name: str, *, normed: bool) -> str:
    """Q4_1 as it is: 4-bit weights with a scale and a zero point for every 32. For comparison only.

    A Q4_1 file keeps the head in 8 bits; so does this.
    """
    if name == "logits":
        return blocks8(graph, x, weight, name, normed=normed)
    parts = zip(("weight", "scale", "zero"), quantize.blocks4(weight, _BLOCK))
    constants = [graph.constant(f"{name}.{part}", value) for part, value in parts]
    return _block_matmul(graph, [x, *constants], weight, name, bits=4, accuracy_level=0)


def _block_matmul(graph: GraphBuilder, inputs: list[str], weight: np.ndarray, name: str, **attributes: int) -> str:
    rows, columns = weight.shape
    return graph.node("MatMulNBits", inputs, name, MICROSOFT, K=rows, N=columns, block_size=_BLOCK, **attributes)


def _integer_product(graph: GraphBuilder, x: str, constants: list[str], name: str, clip: float) -> str:
    """Unsigned activations with zero point 128, signed weights: the pair that processors multiply fastest."""
    activation, step, zero = _fixed_point(graph, x, clip)
    weight, scale = constants
    return graph.node("MatMulIntegerToFloat", [activation, weight, step, scale, zero], name, MICROSOFT)


def _by_largest(graph: GraphBuilder, x: str) -> tuple[str, str]:
    """`(x divided by the largest absolute value of each row, that value)`."""
    unit, size = f"{x}.unit", f"{x}.size"
    if not graph.has(unit):
        largest = graph.node("ReduceMax", [graph.node("Abs", [x], f"{x}.abs")], f"{x}.max", axes=[-1], keepdims=1)
        # An all-zero row would be 0/0.
        graph.node("Add", [largest, graph.constant("tiny", np.float32(_TINY))], size)
        graph.node("Div", [x, size], unit)
    return unit, size


def _fixed_point(graph: GraphBuilder, x: str, clip: float) -> tuple[str, str, str]:
    """`x` as uint8 with step `clip` / 127 and zero point 128; one conversion however many matrices read it."""
    step = graph.constant(f"step.{clip:g}", np.float32(clip / 127))
    zero = graph.constant("zero128", np.uint8(128))
    name = f"{x}.uint8"
    if not graph.has(name):
        graph.node("QuantizeLinear", [x, step, zero], name)
    return name, step, zero
