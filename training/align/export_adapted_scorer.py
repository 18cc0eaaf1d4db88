"""Writes `scorer-adapted.onnx`: a scorer's graph with adapters as inputs beside its integer matrices.

    python training/align/export_adapted_scorer.py --model packages/model-smollm2-135m/model --out FOLDER

The file holds no matrices: a session needs the scorer's `weights-*.bin`, in the same folder or given as buffers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align.adapted_scorer import write_adapted_scorer  # noqa: E402
from align.shape import SMOLLM2_135M  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a scorer folder of precision int8")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    file = write_adapted_scorer(arguments.model, SMOLLM2_135M, arguments.out)
    print(f"{file.stat().st_size:>9,}  {file.name}")


if __name__ == "__main__":
    main()
