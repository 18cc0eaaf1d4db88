"""One decoder block, forward: the hidden states out, and what the backward pass wants to see again. Pure.

The same function as a block of `scorer/graph.py`, in the same rotated basis, with float32 activations.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from scorer.builder import MICROSOFT, GraphBuilder

from .attention import attention
from .linear import adapted, declare_weights, turned
from .shape import BlockShape

ROWS = ["batch", "sequence"]


def saved_shapes(shape: BlockShape) -> dict[str, int]:
    """`{name: last dimension}` of the float32 [batch, sequence, …] tensors that go from forward to backward."""
    return {
        "qkv": shape.widths["qkv"][1],
        "attended": shape.widths["output"][0],
        "middle": shape.hidden,
        "gate": shape.feed_forward,
        "up": shape.feed_forward,
    }


def block_forward(shape: BlockShape) -> GraphBuilder:
    """Inputs `x`, `cos`, `sin`, weights; outputs `y` and the saved tensors."""
    graph = GraphBuilder()
    _declare(graph, shape)
    normed = normalize(graph, "x", shape)
    graph.node("MatMul", [normed, adapted(graph, "qkv")], "qkv")
    attended = attention(graph, shape)
    projected = graph.node("MatMul", [attended, adapted(graph, "output")], "projected")
    graph.node("Add", ["x", projected], "middle")
    normed = normalize(graph, "middle", shape)
    for name in ("gate", "up"):
        graph.node("MatMul", [normed, adapted(graph, name)], name)
    silu = graph.node("QuickGelu", ["gate"], "silu", MICROSOFT, alpha=1.0)
    inner = graph.node("Mul", [silu, "up"], "inner")
    fed = graph.node("MatMul", [turned(graph, inner, shape), adapted(graph, "down")], "fed")
    graph.node("Add", ["middle", fed], "y")
    return graph


def normalize(graph: GraphBuilder, x: str, shape: BlockShape) -> str:
    """RMS norm without weights; `{x}.inverse` is 1 / root mean square, [batch, sequence, 1]."""
    ones = graph.constant("ones", np.ones(shape.hidden, np.float32))
    outputs = [f"{x}.normed", f"{x}.inverse"]
    return graph.node("SimplifiedLayerNormalization", [x, ones], outputs, axis=-1, epsilon=shape.norm_epsilon)


def _declare(graph: GraphBuilder, shape: BlockShape) -> None:
    graph.input("x", TensorProto.FLOAT, [*ROWS, shape.hidden])
    for table in ("cos", "sin"):
        graph.input(table, TensorProto.FLOAT, ["positions", shape.head_size // 2])
    declare_weights(graph, shape)
    graph.output("y", TensorProto.FLOAT, [*ROWS, shape.hidden])
    for name, width in saved_shapes(shape).items():
        graph.output(name, TensorProto.FLOAT, [*ROWS, width])

