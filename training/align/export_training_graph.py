"""Writes the training graphs: one decoder block forward and backward, the embedding, the head with its loss.

    python training/align/export_training_graph.py --model packages/model-smollm2-135m/model --out packages/align/graphs

They hold no weights: every weight is an input, in the form in which the scorer's files have it, so that one pair of
small graphs serves all layers; `weights.json` says where each lies in the files of `--model`, and is left out without it.
`step.py` shows how the graphs are run, `check_training_graph.py` that they are right.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align.backward import block_backward  # noqa: E402
from align.ends import embedding, head  # noqa: E402
from align.forward import block_forward  # noqa: E402
from align.shape import SMOLLM2_135M, SMOLLM2_135M_VOCABULARY, BlockShape  # noqa: E402
from align.weights_index import write_weights_index  # noqa: E402
from scorer.builder import GraphBuilder  # noqa: E402

# Nothing in these graphs is large enough for a file of its own.
_NO_PARTS = ("no-weights", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a scorer folder of precision int8, for weights.json")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; files of the same names are replaced")
    arguments = parser.parse_args()
    out = arguments.out
    names = export(SMOLLM2_135M, SMOLLM2_135M_VOCABULARY, out)
    if arguments.model is not None:
        names.append(write_weights_index(arguments.model, out).name)
    for name in names:
        print(f"{(out / name).stat().st_size:>9,}  {name}")


def graphs(shape: BlockShape, vocabulary: int) -> dict[str, GraphBuilder]:
    return {
        "embedding": embedding(shape, vocabulary),
        "block-forward": block_forward(shape),
        "block-backward": block_backward(shape),
        "head": head(shape, vocabulary),
    }


def export(shape: BlockShape, vocabulary: int, out: Path) -> list[str]:
    """The names of the files written."""
    return [name for key, graph in graphs(shape, vocabulary).items() for name in graph.save(out, f"{key}.onnx", *_NO_PARTS)]


if __name__ == "__main__":
    main()
