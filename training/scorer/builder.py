"""A few lines over `onnx.helper`: collects nodes and constants, and writes them with external data.

The bytes written depend on the graph alone, not on the machine or the day.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

MICROSOFT = "com.microsoft"
_OPSET, _IR_VERSION = 17, 9
# Smaller constants stay in the graph file; larger ones start on a boundary that every system can map to memory.
_EXTERNAL_FROM, _ALIGNMENT = 65_536, 65_536


class GraphBuilder:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self._made: set[str] = set()

    def input(self, name: str, kind: int, shape: list[str | int]) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, kind: int, shape: list[str | int]) -> str:
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        """Adds a constant once; a second call with the same name only returns the name."""
        self.constants.setdefault(name, np.asarray(value, order="C"))
        return name

    def node(self, op: str, inputs: list[str], output: str | list[str], domain: str = "", **attributes) -> str:
        """Adds a node and returns the name of its first output."""
        outputs = [output] if isinstance(output, str) else output
        self._made.update(outputs)
        self.nodes.append(helper.make_node(op, inputs, outputs, name=f"{outputs[0]}/{op}", domain=domain, **attributes))
        return outputs[0]

    def has(self, name: str) -> bool:
        """Whether a node's output has that name."""
        return name in self._made

    def save(self, folder: Path, graph_file: str, weights_prefix: str, part_bytes: int) -> list[str]:
        """Writes the graph and its weights; returns the names of the files, the graph first."""
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob(f"{weights_prefix}-*.bin"):
            stale.unlink()
        writer = _PartWriter(folder, weights_prefix, part_bytes)
        tensors = [_tensor(name, value, writer) for name, value in self.constants.items()]
        writer.close()
        graph = helper.make_graph(self.nodes, "scorer", self.inputs, self.outputs, tensors)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="llmlingua")
        (folder / graph_file).write_bytes(model.SerializeToString(deterministic=True))
        return [graph_file, *writer.names]


class _PartWriter:
    """Appends byte strings to numbered files, starting a new one before `part_bytes` would be passed."""

    def __init__(self, folder: Path, prefix: str, part_bytes: int) -> None:
        self._folder, self._prefix, self._part_bytes = folder, prefix, part_bytes
        self.names: list[str] = []
        self._file = None

    def append(self, data: bytes) -> tuple[str, int]:
        """`(file name, offset)` of the bytes just written."""
        if self._file is None or self._file.tell() + len(data) + _ALIGNMENT > self._part_bytes:
            self._next_file()
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
        offset = self._file.tell()
        self._file.write(data)
        return self.names[-1], offset

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _next_file(self) -> None:
        self.close()
        self.names.append(f"{self._prefix}-{len(self.names)}.bin")
        self._file = (self._folder / self.names[-1]).open("wb")


def _tensor(name: str, value: np.ndarray, writer: _PartWriter) -> TensorProto:
    little_endian = value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    if len(little_endian) < _EXTERNAL_FROM:
        return helper.make_tensor(name, kind, value.shape, little_endian, raw=True)
    tensor = TensorProto(name=name, data_type=kind, dims=value.shape, data_location=TensorProto.EXTERNAL)
    location, offset = writer.append(little_endian)
    for key, text in (("location", location), ("offset", str(offset)), ("length", str(len(little_endian)))):
        tensor.external_data.add(key=key, value=text)
    return tensor
