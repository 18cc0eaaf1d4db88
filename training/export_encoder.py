"""Exports a BERT sentence encoder or cross-encoder to ONNX, in the folder layout of the Hugging Face hub.

    python training/export_encoder.py --model FOLDER --out FOLDER [--int8]

`--model` holds config.json, model.safetensors, tokenizer.json and, for a sentence encoder, modules.json with
1_Pooling/config.json. The graph is written by hand, so PyTorch is not needed. Inputs: `input_ids`, `attention_mask`,
`token_type_ids`, int64 [batch, sequence]. Output: `last_hidden_state` [batch, sequence, hidden], or `logits`
[batch, labels] where the weights have a classifier.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from scorer.builder import GraphBuilder

_OPSET, _IR_VERSION = 17, 9
_COPIED = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "modules.json",
           "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json"]
_MASKED = np.float32(-1e9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with config.json and model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; files of the same names are replaced")
    parser.add_argument("--int8", action="store_true", help="also write onnx/model_quantized.onnx (weights in 8 bits)")
    arguments = parser.parse_args()
    export(arguments.model, arguments.out, arguments.int8)
    for path in sorted(file for file in arguments.out.rglob("*") if file.is_file()):
        print(f"{path.stat().st_size:>12,}  {path.relative_to(arguments.out)}")


def export(model: Path, out: Path, int8: bool = False) -> None:
    for name in _COPIED:
        if (model / name).exists():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(model / name, out / name)
    config = json.loads((model / "config.json").read_text("utf-8"))
    save_graph(config, load_file(model / "model.safetensors"), out / "onnx/model.onnx")
    if int8:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(out / "onnx/model.onnx", out / "onnx/model_quantized.onnx", per_channel=True,
                         weight_type=QuantType.QInt8)


def save_graph(config: dict, weights: dict[str, np.ndarray], path: Path) -> None:
    if config.get("model_type") != "bert" or config.get("position_embedding_type", "absolute") != "absolute":
        raise SystemExit(f"Cannot export the model type {config.get('model_type')}: only bert with absolute positions.")
    graph = _Bert(config, weights).build()
    tensors = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    proto = helper.make_graph(graph.nodes, "encoder", graph.inputs, graph.outputs, tensors)
    opsets = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(proto, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="llmlingua")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


class _Bert:
    """The graph of BERT as in Devlin et al. (2018); names of values are those of the weights."""

    def __init__(self, config: dict, weights: dict[str, np.ndarray]) -> None:
        self._config = config
        self._weights = {name.removeprefix("bert."): value.astype(np.float32) for name, value in weights.items()}
        self._graph = GraphBuilder()
        self._heads, self._hidden = config["num_attention_heads"], config["hidden_size"]

    def build(self) -> GraphBuilder:
        graph = self._graph
        for name in ("input_ids", "attention_mask", "token_type_ids"):
            graph.input(name, TensorProto.INT64, ["batch", "sequence"])
        hidden, mask = self._embeddings(), self._mask()
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, mask)
        if "classifier.weight" in self._weights:
            self._classifier(hidden)
        else:
            graph.node("Identity", [hidden], "last_hidden_state")
            graph.output("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", self._hidden])
        return graph

    def _embeddings(self) -> str:
        graph = self._graph
        length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
        places = graph.node("Slice", [self._weight("embeddings.position_embeddings.weight"), self._const("zero", [0]), length],
                            "places")
        words = graph.node("Gather", [self._weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
        types = graph.node("Gather", [self._weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "types")
        total = graph.node("Add", [graph.node("Add", [words, types], "words_types"), places], "embeddings_sum")
        return self._norm("embeddings.LayerNorm", total)

    def _mask(self) -> str:
        """0 where a token counts and a large negative number where it pads, [batch, 1, 1, sequence]."""
        graph = self._graph
        flags = graph.node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
        absent = graph.node("Sub", [self._const("one", np.float32(1)), flags], "mask_absent")
        large = graph.node("Mul", [absent, self._const("masked", _MASKED)], "mask_large")
        return graph.node("Unsqueeze", [large, self._const("mask_axes", [1, 2])], "mask")

    def _layer(self, name: str, hidden: str, mask: str) -> str:
        graph, attention = self._graph, f"{name}.attention"
        scale = self._const("scale", np.float32(1 / np.sqrt(self._hidden / self._heads)))
        query = graph.node("Mul", [self._headed(f"{attention}.self.query", hidden, [0, 2, 1, 3]), scale], f"{name}.q")
        key = self._headed(f"{attention}.self.key", hidden, [0, 2, 3, 1])
        value = self._headed(f"{attention}.self.value", hidden, [0, 2, 1, 3])
        scores = graph.node("Add", [graph.node("MatMul", [query, key], f"{name}.qk"), mask], f"{name}.scores")
        mixed = graph.node("MatMul", [graph.node("Softmax", [scores], f"{name}.softmax", axis=-1), value], f"{name}.mixed")
        rows = graph.node("Transpose", [mixed], f"{name}.rows", perm=[0, 2, 1, 3])
        joined = graph.node("Reshape", [rows, self._const("joined_shape", [0, 0, self._hidden])], f"{name}.joined")
        attended = self._residual(f"{attention}.output", joined, hidden)
        inner = self._gelu(self._dense(f"{name}.intermediate.dense", attended))
        return self._residual(f"{name}.output", inner, attended)

    def _headed(self, name: str, hidden: str, perm: list[int]) -> str:
        shape = self._const("heads_shape", [0, 0, self._heads, self._hidden // self._heads])
        split = self._graph.node("Reshape", [self._dense(name, hidden), shape], f"{name}.split")
        return self._graph.node("Transpose", [split], f"{name}.heads", perm=perm)

    def _residual(self, name: str, inner: str, outer: str) -> str:
        total = self._graph.node("Add", [self._dense(f"{name}.dense", inner), outer], f"{name}.sum")
        return self._norm(f"{name}.LayerNorm", total)

    def _classifier(self, hidden: str) -> None:
        graph = self._graph
        first = graph.node("Gather", [hidden, self._const("first", np.int64(0))], "first_token", axis=1)
        pooled = graph.node("Tanh", [self._dense("pooler.dense", first)], "pooled")
        graph.node("Identity", [self._dense("classifier", pooled)], "logits")
        graph.output("logits", TensorProto.FLOAT, ["batch", len(self._weights["classifier.bias"])])

    def _dense(self, name: str, value: str) -> str:
        transposed = np.ascontiguousarray(self._weights[f"{name}.weight"].T)
        product = self._graph.node("MatMul", [value, self._graph.constant(f"{name}.weight", transposed)], f"{name}.product")
        return self._graph.node("Add", [product, self._weight(f"{name}.bias")], f"{name}.out")

    def _norm(self, name: str, value: str) -> str:
        parts = [value, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._graph.node("LayerNormalization", parts, f"{name}.out", epsilon=self._config["layer_norm_eps"])

    def _gelu(self, value: str) -> str:
        graph = self._graph
        scaled = graph.node("Div", [value, self._const("root_two", np.float32(np.sqrt(2)))], f"{value}.scaled")
        plus = graph.node("Add", [graph.node("Erf", [scaled], f"{value}.erf"), self._const("one", np.float32(1))], f"{value}.plus")
        product = graph.node("Mul", [value, plus], f"{value}.mul")
        return graph.node("Mul", [product, self._const("half", np.float32(0.5))], f"{value}.gelu")

    def _weight(self, name: str) -> str:
        return self._graph.constant(name, self._weights[name])

    def _const(self, name: str, value) -> str:
        return self._graph.constant(name, np.asarray(value))


if __name__ == "__main__":
    main()
