"""Writes the training graphs: one decoder block forward and backward, the embedding, the head with its loss.

    python training/align/export_training_graph.py --out FOLDER

They hold no weights: every weight is an input, in the form in which the scorer's files have it, so that one pair of
small graphs serves all layers. `step.py` shows how they are run, `check_training_graph.py` that they are right.
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
from scorer.builder import GraphBuilder  # noqa: E402

# Nothing in these graphs is large enough for a file of its own.
_NO_PARTS = ("no-weights", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write; files of the same names are replaced")
    out = parser.parse_args().out
    for name in export(SMOLLM2_135M, SMOLLM2_135M_VOCABULARY, out):
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
