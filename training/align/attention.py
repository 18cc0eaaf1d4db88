"""Causal attention with rotary embedding and shared key/value heads, and its gradient. Pure.

The query heads that share a key head are stacked along the sequence, [batch, kv_heads, group · sequence, head_size]:
their keys need no copies, and the sum over the group happens inside the products.
"""

from __future__ import annotations

import math

import numpy as np
from onnx import numpy_helper

from scorer.builder import MICROSOFT, GraphBuilder

from .linear import reshaped
from .shape import BlockShape

_MASKED = -1e9


def attention(graph: GraphBuilder, shape: BlockShape) -> str:
    """`attended` [batch, sequence, heads · head_size] from `qkv`, whose rows start at position 0."""
    q, k, v = _queries_keys_values(graph, shape)
    stacked = graph.node("MatMul", [_weights(graph, q, k, shape), v], "o")
    return _rows(graph, reshaped(graph, stacked, [0, shape.heads, -1, shape.head_size], "o.heads"), "attended")


def attention_gradient(graph: GraphBuilder, d_attended: str, shape: BlockShape) -> list[str]:
    """`[d_q, d_k, d_v]`, [batch, sequence, width] each, from `qkv`, `attended` and the gradient of the latter."""
    q, k, v = _queries_keys_values(graph, shape)
    p = _weights(graph, q, k, shape)
    d_o = _stacked(graph, _heads(graph, d_attended, shape.heads, shape.head_size), shape)
    d_v = graph.node("FusedMatMul", [p, d_o], "d_v.heads", MICROSOFT, transA=1)
    d_p = graph.node("FusedMatMul", [d_o, v], "d_p", MICROSOFT, transB=1)
    # Softmax: d_s = p (d_p - sum(p d_p)), and that sum is also sum(o d_o).
    d_s = graph.node("Mul", [p, graph.node("Sub", [d_p, _row_sums(graph, d_attended, shape)], "d_p.centred")], "d_s")
    d_q = graph.node("FusedMatMul", [d_s, k], "d_q.stacked", MICROSOFT, alpha=_scale(shape))
    d_k = graph.node("FusedMatMul", [d_s, q], "d_k.turned", MICROSOFT, transA=1, alpha=_scale(shape))
    back = graph.node("Neg", ["sin"], "sin.back")
    d_q = _turned(graph, reshaped(graph, d_q, [0, shape.heads, -1, shape.head_size], "d_q.turned"), back)
    return [_rows(graph, d_q, "d_q"), _rows(graph, _turned(graph, d_k, back), "d_k"), _rows(graph, d_v, "d_v")]


def _scale(shape: BlockShape) -> float:
    return 1 / math.sqrt(shape.head_size)


def _queries_keys_values(graph: GraphBuilder, shape: BlockShape) -> tuple[str, str, str]:
    """Turned queries, stacked; turned keys; values."""
    size = shape.head_size
    widths = graph.constant("qkv.widths", np.array([shape.widths[part][1] for part in ("q", "k", "v")]))
    graph.node("Split", ["qkv", widths], ["q.flat", "k.flat", "v.flat"], axis=2)
    q = _stacked(graph, _turned(graph, _heads(graph, "q.flat", shape.heads, size), "sin"), shape)
    k = _turned(graph, _heads(graph, "k.flat", shape.kv_heads, size), "sin")
    return q, k, _heads(graph, "v.flat", shape.kv_heads, size)


def _weights(graph: GraphBuilder, q: str, k: str, shape: BlockShape) -> str:
    """softmax(q k' · scale + mask), [batch, kv_heads, group · sequence, sequence]."""
    scores = graph.node("FusedMatMul", [q, k], "scores", MICROSOFT, transB=1, alpha=_scale(shape))
    length = graph.node("Shape", ["qkv"], "sequence", start=1, end=2)
    square = graph.node("Concat", [length, length], "square", axis=0)
    value = numpy_helper.from_array(np.array([_MASKED], np.float32))
    full = graph.node("ConstantOfShape", [square], "mask.full", value=value)
    above = graph.node("Trilu", [full, graph.constant("one", np.array(1))], "mask", upper=1)
    mask = graph.node("Concat", [above] * (shape.heads // shape.kv_heads), "mask.stacked", axis=0)
    return graph.node("Softmax", [graph.node("Add", [scores, mask], "scores.masked")], "p", axis=-1)


def _row_sums(graph: GraphBuilder, d_attended: str, shape: BlockShape) -> str:
    """sum(o d_o) of every query and head, [batch, kv_heads, group · sequence, 1]."""
    product = graph.node("Mul", ["attended", d_attended], "o.d_o")
    split = reshaped(graph, product, [0, 0, shape.heads, shape.head_size], "o.d_o.heads")
    sums = graph.node("ReduceSum", [split, graph.constant("last", np.array([-1]))], "o.d_o.sum", keepdims=0)
    by_head = graph.node("Transpose", [sums], "o.d_o.by_head", perm=[0, 2, 1])
    return reshaped(graph, by_head, [0, shape.kv_heads, -1, 1], "o.d_o.stacked")


def _heads(graph: GraphBuilder, x: str, heads: int, size: int) -> str:
    """[batch, sequence, heads · size] as [batch, heads, sequence, size]."""
    return graph.node("Transpose", [reshaped(graph, x, [0, 0, heads, size], f"{x}.split")], f"{x}.heads", perm=[0, 2, 1, 3])


def _rows(graph: GraphBuilder, x: str, name: str) -> str:
    """[batch, heads, sequence, size] as [batch, sequence, heads · size]."""
    return reshaped(graph, graph.node("Transpose", [x], f"{name}.split", perm=[0, 2, 1, 3]), [0, 0, -1], name)


def _stacked(graph: GraphBuilder, x: str, shape: BlockShape) -> str:
    return reshaped(graph, x, [0, shape.kv_heads, -1, shape.head_size], f"{x}.stacked")


def _turned(graph: GraphBuilder, x: str, sin: str) -> str:
    """Rotary embedding from position 0 on; with the negative sine it is its own inverse and its gradient."""
    start = graph.constant("position.start", np.array([0]))
    return graph.node("RotaryEmbedding", [x, start, "cos", sin], f"{x}.rotary", MICROSOFT)
