"""The shipped scorer's graph with adapters beside its integer matrices: `x W + (x A) B`. Edits names and nodes only.

The weights stay where they are: the graph written refers to the same `weights-*.bin` and must lie in their folder.
Integer products see `x` rounded to 8 bits, adapters see it as float32, in the basis that the training graphs use.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from .shape import MATRICES, BlockShape

_FILE = "scorer-adapted.onnx"
_ROUNDED = ".unit.uint8"


def write_adapted_scorer(scorer: Path, shape: BlockShape, out: Path) -> Path:
    """`scorer`: a folder with `scorer.onnx`; the weights are not read. Returns the file written into `out`."""
    model = onnx.load(scorer / "scorer.onnx", load_external_data=False)
    out.mkdir(parents=True, exist_ok=True)
    (out / _FILE).write_bytes(adapted_scorer(model, shape).SerializeToString(deterministic=True))
    return out / _FILE


def adapted_scorer(model: onnx.ModelProto, shape: BlockShape) -> onnx.ModelProto:
    """`model`, changed in place: inputs `layerI.M.a` [in, rank] and `layerI.M.b` [rank, out] for every matrix.

    q, k and v share the pair of `qkv`: `a` is theirs side by side, `b` has theirs as blocks on its diagonal.
    `b` comes multiplied by alpha / rank. Ranks are free, and may differ.
    """
    nodes = []
    for node in model.graph.node:
        nodes.append(node)
        layer, _, matrix = node.output[0].partition(".")
        if layer.startswith("layer") and matrix in MATRICES:
            nodes += _beside(model.graph, node, _input_of(model.graph, node), shape.widths[matrix])
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _input_of(graph: onnx.GraphProto, product: onnx.NodeProto) -> str:
    """The float32 activations that a product reads: `Mul(MatMulIntegerToFloat(x rounded, …), size)`."""
    (integer,) = (node for node in graph.node if node.output[0] == product.input[0])
    rounded = integer.input[0]
    if integer.op_type != "MatMulIntegerToFloat" or not rounded.endswith(_ROUNDED):
        raise SystemExit(f"Cannot place an adapter beside {product.output[0]!r}: it is no product of the int8 recipe.")
    return rounded.removesuffix(_ROUNDED)


def _beside(graph: onnx.GraphProto, product: onnx.NodeProto, x: str, widths: tuple[int, int]) -> list[onnx.NodeProto]:
    name = product.output[0]
    product.output[0] = f"{name}.base"
    for part, shape in (("a", [widths[0], f"{name}.rank"]), ("b", [f"{name}.rank", widths[1]])):
        graph.input.append(helper.make_tensor_value_info(f"{name}.{part}", TensorProto.FLOAT, shape))
    return [
        helper.make_node("MatMul", [x, f"{name}.a"], [f"{name}.low"]),
        helper.make_node("MatMul", [f"{name}.low", f"{name}.b"], [f"{name}.update"]),
        helper.make_node("Add", [f"{name}.base", f"{name}.update"], [name]),
    ]
