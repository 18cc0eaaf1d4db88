"""One decoder block, backward: gradients of its adapters and of its input from the gradient of its output. Pure.

Cheap things are computed again from what `forward.py` saved: norms, SiLU, rotary embedding, attention weights.
Names: the gradient of `t` is `d_t`.
"""

from __future__ import annotations

from onnx import TensorProto

from scorer.builder import MICROSOFT, GraphBuilder

from .attention import attention_gradient
from .forward import ROWS, normalize, saved_shapes
from .linear import adapted, adapter_gradients, declare_weights, flat, turned
from .shape import BlockShape


def block_backward(shape: BlockShape) -> GraphBuilder:
    """Inputs `d_y`, `x`, the saved tensors, `cos`, `sin`, weights; outputs `d_x` and the adapters' gradients."""
    graph = GraphBuilder()
    _declare(graph, shape)
    normed = normalize(graph, "middle", shape)
    d_normed = _feed_forward(graph, normed, shape)
    d_middle = graph.node("Add", ["d_y", norm_gradient(graph, "middle", d_normed)], "d_middle")
    normed = normalize(graph, "x", shape)
    d_normed = _attention(graph, normed, d_middle, shape)
    graph.node("Add", [d_middle, norm_gradient(graph, "x", d_normed)], "d_x")
    return graph


def _declare(graph: GraphBuilder, shape: BlockShape) -> None:
    for name, width in {"d_y": shape.hidden, "x": shape.hidden, **saved_shapes(shape)}.items():
        graph.input(name, TensorProto.FLOAT, [*ROWS, width])
    for table in ("cos", "sin"):
        graph.input(table, TensorProto.FLOAT, ["positions", shape.head_size // 2])
    declare_weights(graph, shape)
    graph.output("d_x", TensorProto.FLOAT, [*ROWS, shape.hidden])


def _feed_forward(graph: GraphBuilder, normed: str, shape: BlockShape) -> str:
    """y = hadamard(silu(gate) · up) down; the gradient of the norm's output."""
    sigmoid = graph.node("Sigmoid", ["gate"], "sigmoid")
    silu = graph.node("Mul", ["gate", sigmoid], "silu")
    inner = graph.node("Mul", [silu, "up"], "inner")
    d_inner = turned(graph, _input_gradient(graph, "d_y", "down"), shape)
    _gradients(graph, ("down",), turned(graph, inner, shape), ["d_y"], shape)
    d_up = graph.node("Mul", [d_inner, silu], "d_up")
    # silu' = sigmoid + silu (1 - sigmoid)
    slope = graph.node("Sub", [silu, graph.node("Mul", [silu, sigmoid], "silu.sigmoid")], "silu.rest")
    slope = graph.node("Add", [sigmoid, slope], "silu.slope")
    d_gate = graph.node("Mul", [graph.node("Mul", [d_inner, "up"], "d_silu"), slope], "d_gate")
    _gradients(graph, ("gate", "up"), normed, [d_gate, d_up], shape)
    parts = [_input_gradient(graph, d_gate, "gate"), _input_gradient(graph, d_up, "up")]
    return graph.node("Add", parts, "d_middle.normed")


def _attention(graph: GraphBuilder, normed: str, d_middle: str, shape: BlockShape) -> str:
    """The gradient of the first norm's output."""
    d_attended = _input_gradient(graph, d_middle, "output")
    _gradients(graph, ("output",), "attended", [d_middle], shape)
    parts = attention_gradient(graph, d_attended, shape)
    _gradients(graph, ("q", "k", "v"), normed, parts, shape)
    d_qkv = graph.node("Concat", parts, "d_qkv", axis=2)
    return _input_gradient(graph, d_qkv, "qkv")


def _input_gradient(graph: GraphBuilder, dy: str, matrix: str) -> str:
    return graph.node("FusedMatMul", [dy, adapted(graph, matrix)], f"{matrix}.d_input", MICROSOFT, transB=1)


def _gradients(graph: GraphBuilder, parts: tuple[str, ...], x: str, dys: list[str], shape: BlockShape) -> None:
    seen = flat(graph, x, shape.widths[parts[0]][0])
    for part, dy in zip(parts, dys):
        adapter_gradients(graph, part, seen, flat(graph, dy, shape.widths[part][1]), shape)


def norm_gradient(graph: GraphBuilder, x: str, d_normed: str) -> str:
    """y = x r with r = 1 / rms(x): d_x = r (d_y - y mean(y d_y))."""
    normed = f"{x}.normed"
    product = graph.node("Mul", [normed, d_normed], f"{x}.aligned")
    mean = graph.node("ReduceMean", [product], f"{x}.mean", axes=[-1], keepdims=1)
    along = graph.node("Mul", [normed, mean], f"{x}.along")
    across = graph.node("Sub", [d_normed, along], f"{x}.across")
    return graph.node("Mul", [across, f"{x}.inverse"], f"{x}.d_norm")
