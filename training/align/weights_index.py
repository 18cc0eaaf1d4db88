"""Where the weights that training reads lie in a scorer's files, so that a reader needs no protobuf. Writes `weights.json`.

Some tensors are bytes of `weights-*.bin`, small ones are raw bytes inside `scorer.onnx`; each is read back and compared.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from .shape import MATRICES
from .shipped import Shipped, read_shipped

_FILE = "weights.json"
_GRAPH = "scorer.onnx"
_WIDTH = 100
_TYPES = {TensorProto.INT8: "int8", TensorProto.FLOAT: "float32"}


def write_weights_index(scorer: Path, out: Path) -> Path:
    """`scorer`: a scorer folder of precision int8. Returns the file written into `out`."""
    manifest = json.loads((scorer / "scorer.json").read_text("utf-8"))
    shipped = read_shipped(scorer)
    tensors = _tensors(scorer, _arrays(shipped))
    files = [{key: file[key] for key in ("path", "bytes", "sha256")} for file in manifest["files"]]
    head = {"format": "llmlingua-weights/1", "base": manifest["name"], "layers": len(shipped.layers)}
    (out / _FILE).write_text(_text(head, files, tensors), encoding="utf-8", newline="\n")
    return out / _FILE


def _arrays(shipped: Shipped) -> dict[str, np.ndarray]:
    parts = [f"{matrix}.{part}" for matrix in MATRICES for part in ("weight", "scale")]
    layers = {f"layer{index}.{name}": layer[name] for index, layer in enumerate(shipped.layers) for name in parts}
    return {**shipped.ends, **layers}


def _tensors(scorer: Path, arrays: dict[str, np.ndarray]) -> dict[str, dict]:
    graph = (scorer / _GRAPH).read_bytes()
    stored = {tensor.name: tensor for tensor in onnx.load_from_string(graph).graph.initializer}
    return {name: _place(scorer, graph, stored[name], array) for name, array in arrays.items()}


def _place(scorer: Path, graph: bytes, tensor: TensorProto, array: np.ndarray) -> dict:
    if tensor.data_location == TensorProto.EXTERNAL:
        about = {entry.key: entry.value for entry in tensor.external_data}
        file, offset = about["location"], int(about.get("offset", 0))
    else:
        raw = numpy_helper.to_array(tensor).tobytes()
        file, offset = _GRAPH, graph.find(raw)
        if offset < 0 or graph.find(raw, offset + 1) >= 0:
            raise SystemExit(f"Cannot place {tensor.name}: its bytes stand {'nowhere' if offset < 0 else 'twice'} in {_GRAPH}.")
    found = np.fromfile(scorer / file, array.dtype, array.size, offset=offset).reshape(array.shape)
    if not np.array_equal(found, array):
        raise SystemExit(f"Cannot place {tensor.name}: other bytes stand at {offset} of {file}.")
    return {"file": file, "offset": offset, "dtype": _TYPES[tensor.data_type], "dims": list(tensor.dims)}


def _text(head: dict, files: list[dict], tensors: dict[str, dict]) -> str:
    """JSON with a line for nearly every tensor."""
    lines = [f'  {json.dumps(key)}: {json.dumps(value)},' for key, value in head.items()]
    lines += ['  "files": [']
    for number, file in enumerate(files, 1):
        fields = [f"      {json.dumps(key)}: {json.dumps(value)}" for key, value in file.items()]
        lines += ["    {", ",\n".join(fields), "    }" + ("," if number < len(files) else "")]
    lines += ["  ],", '  "tensors": {']
    lines += [_line(name, tensor) for name, tensor in tensors.items()]
    lines[-1] = lines[-1].removesuffix(",")
    return "\n".join(["{", *lines, "  }", "}", ""])


def _line(name: str, tensor: dict) -> str:
    """As the repository's formatter has it."""
    fields = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in tensor.items()]
    line = f"    {json.dumps(name)}: {{ {', '.join(fields)} }},"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"    {json.dumps(name)}: {{", ",\n".join(f"      {field}" for field in fields), "    },"])
