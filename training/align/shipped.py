"""The weights of a scorer folder as its graph holds them: integers and scales. Reads files, computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.external_data_helper import load_external_data_for_tensor

from .shape import MATRICES

_ENDS = ("head.rows", "head.scales", "embedding.map", "cos", "sin")


@dataclass(frozen=True)
class Shipped:
    """`ends`: `head.rows` int8 [vocabulary, hidden], `head.scales` [vocabulary, 1], `embedding.map`, `cos`, `sin`.

    `layers`: for each, `M.weight` int8 [in, out] and `M.scale` float32 [out] of every matrix.
    """

    ends: dict[str, np.ndarray]
    layers: list[dict[str, np.ndarray]]


def read_shipped(folder: Path) -> Shipped:
    model = onnx.load(folder / "scorer.onnx", load_external_data=False)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}

    def read(name: str) -> np.ndarray:
        tensor = tensors[name]
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            load_external_data_for_tensor(tensor, str(folder))
        return numpy_helper.to_array(tensor)

    count = sum(name.endswith(".qkv.weight") for name in tensors)
    names = [f"{matrix}.{part}" for matrix in MATRICES for part in ("weight", "scale")]
    return Shipped(
        ends={name: read(name) for name in _ENDS},
        layers=[{name: read(f"layer{index}.{name}") for name in names} for index in range(count)],
    )
