"""Linear layers with low-rank adapters, for graphs that run one block with weights given as inputs.

A matrix comes as the scorer stores it (int8 [in, out], one float32 scale per column) and is made float32 in the
graph, once a run. The adapters join it there: `W' = W + scale · A B`, so that the forward pass multiplies once.
Backward, only gradients of A and B are made, from thin products; no gradient of W is ever computed.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from scorer.builder import MICROSOFT, GraphBuilder
from scorer.hadamard import hadamard

from .shape import MATRICES, PROJECTIONS, BlockShape

_PARTS = {"qkv": ("q", "k", "v")}


def parts_of(matrix: str) -> tuple[str, ...]:
    """The projections that a stored matrix holds side by side."""
    return _PARTS.get(matrix, (matrix,))


def declare_weights(graph: GraphBuilder, shape: BlockShape) -> None:
    """Inputs `M.weight`, `M.scale` for every matrix, `P.a`, `P.b` for every projection, and `adapter_scale`."""
    for name in MATRICES:
        rows, columns = shape.widths[name]
        graph.input(f"{name}.weight", TensorProto.INT8, [rows, columns])
        graph.input(f"{name}.scale", TensorProto.FLOAT, [columns])
    for name in PROJECTIONS:
        rows, columns = shape.widths[name]
        graph.input(f"{name}.a", TensorProto.FLOAT, [rows, f"rank_{name}"])
        graph.input(f"{name}.b", TensorProto.FLOAT, [f"rank_{name}", columns])
    graph.input("adapter_scale", TensorProto.FLOAT, [])


def adapted(graph: GraphBuilder, matrix: str) -> str:
    """`W + scale · A B`, float32 [in, out]."""
    integers = graph.node("Cast", [f"{matrix}.weight"], f"{matrix}.cast", to=TensorProto.FLOAT)
    base = graph.node("Mul", [integers, f"{matrix}.scale"], f"{matrix}.float")
    updates = [graph.node("MatMul", [_scaled(graph, part), f"{part}.b"], f"{part}.update") for part in parts_of(matrix)]
    update = updates[0] if len(updates) == 1 else graph.node("Concat", updates, f"{matrix}.update", axis=1)
    return graph.node("Add", [base, update], f"{matrix}.adapted")


def adapter_gradients(graph: GraphBuilder, part: str, x: str, dy: str, shape: BlockShape) -> None:
    """Outputs `P.a.gradient` and `P.b.gradient` from the layer's input [T, in] and its result's gradient [T, out]."""
    inner = graph.node("MatMul", [x, _scaled(graph, part)], f"{part}.inner")
    _transposed_product(graph, inner, dy, f"{part}.b.gradient")
    d_inner = graph.node("FusedMatMul", [dy, f"{part}.b"], f"{part}.inner.gradient", MICROSOFT, transB=1)
    unscaled = _transposed_product(graph, x, d_inner, f"{part}.a.unscaled")
    graph.node("Mul", [unscaled, "adapter_scale"], f"{part}.a.gradient")
    rows, columns = shape.widths[part]
    graph.output(f"{part}.a.gradient", TensorProto.FLOAT, [rows, f"rank_{part}"])
    graph.output(f"{part}.b.gradient", TensorProto.FLOAT, [f"rank_{part}", columns])


def flat(graph: GraphBuilder, x: str, width: int) -> str:
    """[batch, sequence, width] as [T, width]."""
    return reshaped(graph, x, [-1, width], f"{x}.flat")


def reshaped(graph: GraphBuilder, x: str, shape: list[int], name: str) -> str:
    label = "shape." + ".".join(str(size) for size in shape)
    return graph.node("Reshape", [x, graph.constant(label, np.array(shape))], name)


def turned(graph: GraphBuilder, x: str, shape: BlockShape) -> str:
    """[batch, sequence, feed_forward] times the symmetric Hadamard blocks: their own inverse, and their own gradient."""
    if not shape.down_block:
        return x
    matrix = graph.constant("down.hadamard", hadamard(shape.down_block).astype(np.float32))
    blocks = reshaped(graph, x, [0, 0, -1, shape.down_block], f"{x}.blocks")
    return reshaped(graph, graph.node("MatMul", [blocks, matrix], f"{x}.blocks.turned"), [0, 0, shape.feed_forward], f"{x}.turned")


def _scaled(graph: GraphBuilder, part: str) -> str:
    name = f"{part}.a.scaled"
    return name if graph.has(name) else graph.node("Mul", [f"{part}.a", "adapter_scale"], name)


def _transposed_product(graph: GraphBuilder, x: str, y: str, name: str) -> str:
    return graph.node("FusedMatMul", [x, y], name, MICROSOFT, transA=1)
