"""The scorer as an ONNX graph: token ids in, log-probabilities of given targets out. Pure.

Inputs and outputs are those of `docs/adr/0002-scorer-precision.md`, "The graph". Uses ONNX Runtime's own operators
(GroupQueryAttention, MatMulIntegerToFloat, SkipSimplifiedLayerNormalization, QuickGelu).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from onnx import TensorProto

from . import quantize
from .builder import MICROSOFT, GraphBuilder
from .calibrate import second_moments
from .hadamard import hadamard
from .linear import TokenInt8
from .recipe import Recipe
from .rotation import rotate
from .weights import Layer, Llama, LlamaConfig

_INT64_MAX = np.array([np.iinfo(np.int64).max])


def build_graph(model: Llama, recipe: Recipe, sample: Sequence[np.ndarray] = ()) -> GraphBuilder:
    """`sample`: token ids of text to calibrate on; only a calibrated recipe reads it."""
    if recipe.rotated:
        model = rotate(model, recipe.down_block)
    if recipe.calibrated:
        moments = second_moments(model, recipe.down_block, list(sample))
        recipe = replace(recipe, linear=replace(recipe.linear, moments=moments))
    graph = GraphBuilder()
    _declare(graph, model.config)
    residual = _embed(graph, model, recipe)
    normed = _first_norm(graph, residual, model)
    following = [layer.attention_norm for layer in model.layers[1:]] + [model.final_norm]
    for index, (layer, next_norm) in enumerate(zip(model.layers, following)):
        attended = _attention(graph, normed, layer, index, model.config, recipe)
        normed, residual = _add_norm(graph, residual, attended, layer.feed_forward_norm, f"layer{index}.middle", model.config)
        fed = _feed_forward(graph, normed, layer, index, recipe)
        normed, residual = _add_norm(graph, residual, fed, next_norm, f"layer{index}.end", model.config)
    _logprobs(graph, _last_targets(graph, normed), model, recipe)
    return graph


def _declare(graph: GraphBuilder, config: LlamaConfig) -> None:
    graph.input("input_ids", TensorProto.INT64, ["batch", "sequence"])
    graph.input("target_ids", TensorProto.INT64, ["batch", "targets"])
    graph.input("seqlens_k", TensorProto.INT32, ["batch"])
    graph.input("total_sequence_length", TensorProto.INT32, [])
    graph.output("logprobs", TensorProto.FLOAT, ["batch", "targets"])
    for index in range(config.layers):
        for part in ("key", "value"):
            shape = ["batch", config.kv_heads, "past", config.head_size]
            graph.input(f"past_{part}_{index}", TensorProto.FLOAT, shape)
            graph.output(f"present_{part}_{index}", TensorProto.FLOAT, [*shape[:2], "present", shape[3]])
    angles = [math.pow(config.rope_theta, -2 * i / config.head_size) for i in range(config.head_size // 2)]
    for name, function in (("cos", math.cos), ("sin", math.sin)):
        table = [[function(position * angle) for angle in angles] for position in range(config.max_tokens)]
        graph.constant(name, np.array(table, np.float32))


def _embed(graph: GraphBuilder, model: Llama, recipe: Recipe) -> str:
    if not _is_tied(model, recipe):
        return graph.node("Gather", [graph.constant("embedding", model.embedding.astype(np.float32)), "input_ids"], "embedded")
    rows, scales = quantize.per_row(model.head, recipe.linear.limit, pair_limit=recipe.linear.pair_limit)
    row = graph.node("Gather", [graph.constant("head.rows", rows), "input_ids"], "embedded.int8")
    scale = graph.node("Gather", [graph.constant("head.scales", scales), "input_ids"], "embedded.scale")
    row = graph.node("Cast", [row], "embedded.float", to=TensorProto.FLOAT)
    row = graph.node("Mul", [row, scale], "embedded.head")
    return graph.node("MatMul", [row, graph.constant("embedding.map", model.embedding_map.astype(np.float32))], "embedded")


def _is_tied(model: Llama, recipe: Recipe) -> bool:
    """Whether embedding and head are one table of integers."""
    return isinstance(recipe.linear, TokenInt8) and model.embedding_map is not None


def _attention(graph: GraphBuilder, x: str, layer: Layer, index: int, config: LlamaConfig, recipe: Recipe) -> str:
    prefix = f"layer{index}"
    qkv = recipe.linear(graph, x, layer.qkv, f"{prefix}.qkv", normed=True)
    past, present = ([f"{when}_{part}_{index}" for part in ("key", "value")] for when in ("past", "present"))
    attended = graph.node(
        "GroupQueryAttention",
        [qkv, "", "", *past, "seqlens_k", "total_sequence_length", "cos", "sin"],
        [f"{prefix}.attention", *present],
        MICROSOFT,
        num_heads=config.heads,
        kv_num_heads=config.kv_heads,
        do_rotary=1,
    )
    return recipe.linear(graph, attended, layer.output, f"{prefix}.output", normed=False)


def _feed_forward(graph: GraphBuilder, x: str, layer: Layer, index: int, recipe: Recipe) -> str:
    prefix = f"layer{index}"
    gate = recipe.linear(graph, x, layer.gate, f"{prefix}.gate", normed=True)
    up = recipe.linear(graph, x, layer.up, f"{prefix}.up", normed=True)
    silu = graph.node("QuickGelu", [gate], f"{prefix}.silu", MICROSOFT, alpha=1.0)
    inner = graph.node("Mul", [silu, up], f"{prefix}.inner")
    if recipe.down_block:
        inner = _block_hadamard(graph, inner, recipe.down_block, len(layer.down))
    return recipe.linear(graph, inner, layer.down, f"{prefix}.down", normed=False)


def _block_hadamard(graph: GraphBuilder, x: str, block: int, width: int) -> str:
    split = graph.constant("down.split", np.array([0, 0, width // block, block]))
    joined = graph.constant("down.joined", np.array([0, 0, width]))
    matrix = graph.constant("down.hadamard", hadamard(block).astype(np.float32))
    blocks = graph.node("Reshape", [x, split], f"{x}.blocks")
    return graph.node("Reshape", [graph.node("MatMul", [blocks, matrix], f"{x}.turned"), joined], f"{x}.rotated")


def _first_norm(graph: GraphBuilder, x: str, model: Llama) -> str:
    weight = _norm_weight(graph, model.layers[0].attention_norm, "start")
    return graph.node("SimplifiedLayerNormalization", [x, weight], "start.normed", axis=-1, epsilon=model.config.norm_epsilon)


def _add_norm(graph: GraphBuilder, residual: str, x: str, norm: np.ndarray, name: str, config: LlamaConfig) -> tuple[str, str]:
    """`(norm of the sum, the sum)`."""
    inputs = [residual, x, _norm_weight(graph, norm, name)]
    outputs = [f"{name}.normed", "", "", f"{name}.residual"]
    graph.node("SkipSimplifiedLayerNormalization", inputs, outputs, MICROSOFT, epsilon=config.norm_epsilon)
    return outputs[0], outputs[3]


def _norm_weight(graph: GraphBuilder, weight: np.ndarray, name: str) -> str:
    plain = bool(np.all(weight == 1))
    return graph.constant("ones" if plain else f"{name}.norm", weight.astype(np.float32))


def _last_targets(graph: GraphBuilder, x: str) -> str:
    """Only the positions that have a target reach the head: the last ones of the call."""
    count = graph.node("Shape", ["target_ids"], "targets.count", start=1, end=2)
    start = graph.node("Neg", [count], "targets.start")
    end, axis = graph.constant("targets.end", _INT64_MAX), graph.constant("targets.axis", np.array([1]))
    return graph.node("Slice", [x, start, end, axis], "last")


def _logprobs(graph: GraphBuilder, x: str, model: Llama, recipe: Recipe) -> None:
    last = graph.constant("last_axis", np.array([-1]))
    if _is_tied(model, recipe):
        weight = graph.node("Transpose", ["head.rows"], "head.weight", perm=[1, 0])
        scale = graph.node("Squeeze", ["head.scales", last], "head.scale")
        logits = recipe.linear.multiply(graph, x, [weight, scale], "logits", normed=True)
    else:
        logits = recipe.linear(graph, x, model.head.T, "logits", normed=True)
    logprobs = graph.node("LogSoftmax", [logits], "all_logprobs", axis=-1)
    targets = graph.node("Unsqueeze", ["target_ids", last], "targets.column")
    chosen = graph.node("GatherElements", [logprobs, targets], "chosen", axis=2)
    graph.node("Squeeze", [chosen, last], "logprobs")
