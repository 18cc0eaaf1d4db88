"""What stands before the first block and behind the last: the embedding, and the head with its loss. Pure.

Neither carries adapters, so the gradient stops at the last block's output going up and at the first block's input.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from scorer.builder import MICROSOFT, GraphBuilder

from .backward import norm_gradient
from .forward import normalize
from .linear import reshaped
from .shape import BlockShape

_PIECE = 1024


def embedding(shape: BlockShape, vocabulary: int) -> GraphBuilder:
    """`input_ids` to `x`, by the scorer's tied table: integer row · scale · map."""
    graph = GraphBuilder()
    graph.input("input_ids", TensorProto.INT64, ["batch", "sequence"])
    graph.input("head.rows", TensorProto.INT8, [vocabulary, shape.hidden])
    graph.input("head.scales", TensorProto.FLOAT, [vocabulary, 1])
    graph.input("embedding.map", TensorProto.FLOAT, [shape.hidden, shape.hidden])
    graph.output("x", TensorProto.FLOAT, ["batch", "sequence", shape.hidden])
    row = graph.node("Cast", [graph.node("Gather", ["head.rows", "input_ids"], "row.int8")], "row.float", to=TensorProto.FLOAT)
    scale = graph.node("Gather", ["head.scales", "input_ids"], "row.scale")
    graph.node("MatMul", [graph.node("Mul", [row, scale], "row"), "embedding.map"], "x")
    return graph


def head(shape: BlockShape, vocabulary: int) -> GraphBuilder:
    """Log-probabilities of targets, and the gradient of `-sum(weights · logprobs)`, for rows of the last block's output.

    Rows stand by themselves: give only those that have a weight, some hundreds a call (logits are 4 · vocabulary bytes a row).
    """
    graph = GraphBuilder()
    graph.input("x", TensorProto.FLOAT, ["rows", shape.hidden])
    graph.input("targets", TensorProto.INT64, ["rows"])
    graph.input("weights", TensorProto.FLOAT, ["rows"])
    graph.input("head", TensorProto.FLOAT, [vocabulary, shape.hidden])
    graph.output("logprobs", TensorProto.FLOAT, ["rows"])
    graph.output("d_x", TensorProto.FLOAT, ["rows", shape.hidden])
    normed = normalize(graph, "x", shape)
    logits = graph.node("FusedMatMul", [normed, "head"], "logits", MICROSOFT, transB=1)
    power, total, largest = _exponentials(graph, logits, vocabulary)
    last = graph.constant("last", np.array([-1]))
    column = graph.node("Unsqueeze", ["targets", last], "targets.column")
    target = graph.node("Sub", [graph.node("GatherElements", [logits, column], "target.logit", axis=1), largest], "target.shifted")
    logprob = graph.node("Sub", [target, graph.node("Log", [total], "total.log")], "logprobs.column")
    graph.node("Squeeze", [logprob, last], "logprobs")
    # d_normed = weight (p head - head[target]), p = power / total
    expected = graph.node("Div", [graph.node("MatMul", [power, "head"], "expected.whole"), total], "expected")
    pull = graph.node("Sub", [expected, graph.node("Gather", ["head", "targets"], "wanted")], "pull")
    d_normed = graph.node("Mul", [pull, graph.node("Unsqueeze", ["weights", last], "weights.column")], "d_normed")
    graph.node("Identity", [norm_gradient(graph, "x", d_normed)], "d_x")
    return graph


def _exponentials(graph: GraphBuilder, logits: str, vocabulary: int) -> tuple[str, str, str]:
    """`(exp(logits - largest), their sum, largest)` of every row.

    Summed in pieces: in one float32 sum over a vocabulary, what is below its last bit is lost, thousands of times
    (LogSoftmax, here and in PyTorch: log-probabilities 2e-5 too high, gradients 6e-4 off).
    """
    largest = graph.node("ReduceMax", [logits], "largest", axes=[-1], keepdims=1)
    power = graph.node("Exp", [graph.node("Sub", [logits, largest], "shifted")], "power")
    piece = max(size for size in range(1, _PIECE + 1) if vocabulary % size == 0)
    pieces = reshaped(graph, power, [-1, vocabulary // piece, piece], "power.pieces")
    axis = graph.constant("last", np.array([-1]))
    sums = graph.node("ReduceSum", [pieces, axis], "power.sums", keepdims=0)
    return power, graph.node("ReduceSum", [sums, axis], "total", keepdims=1), largest
