"""Writes gradients of the embedded scorer's adapters by PyTorch's autograd in float64, for tests of the step in Node.

    python training/align/make_gradient_fixture.py --model packages/model-smollm2-135m/model

Rows are the first tokens of conformance texts, padded on the right with weight 0. Adapters are not stored: they come
from `sequence.py`. Of each gradient there are its norm, its product with a sequence as long (divided by the norm), and
three entries. Float32 in PyTorch is off by 6e-4 here, for the reason that `ends.py` gives; the training graphs by 1e-5.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

_TRAINING = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_TRAINING))

from align.batch import Batch  # noqa: E402
from align.sequence import Sequence32, sequence_adapters  # noqa: E402
from align.shape import SMOLLM2_135M  # noqa: E402
from align.shipped import read_shipped  # noqa: E402
from align.step import StepResult  # noqa: E402
from align.torch_reference import TorchModel  # noqa: E402

FIXTURE = _TRAINING.parent / "packages/align/fixtures/gradients.json"
TEXTS = _TRAINING.parent / "packages/core/fixtures/conformance/logprobs-smollm2-135m.json"
_ROWS, _PROMPT = (32, 21), 8  # tokens read of two texts; targets before _PROMPT have weight 0
_RANK, _SCALE, _SEED, _SIZES = 4, 2.0, 1, (0.05, 0.02)
_PROBE_SEED, _ENTRIES = 2, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a scorer folder of precision int8")
    parser.add_argument("--out", type=Path, default=FIXTURE)
    arguments = parser.parse_args()
    shipped, batch = read_shipped(arguments.model), fixture_batch()
    adapters = sequence_adapters(SMOLLM2_135M, len(shipped.layers), _RANK, _SEED, _SIZES)
    model = TorchModel(shipped, SMOLLM2_135M)
    result = model.step(batch, model.adapters(adapters), _SCALE)
    text = json.dumps(fixture(batch, result), separators=(",", ":"))
    arguments.out.write_text(text + "\n", encoding="utf-8", newline="\n")


def fixture_batch() -> Batch:
    """Weights sum to 1."""
    texts = [item["ids"] for item in json.loads(TEXTS.read_text("utf-8"))]
    ids, targets, weights = (np.zeros((len(_ROWS), max(_ROWS)), kind) for kind in (np.int64, np.int64, np.float32))
    for row, (length, text) in enumerate(zip(_ROWS, texts)):
        ids[row, :length], targets[row, :length] = text[:length], text[1 : length + 1]
        weights[row, _PROMPT - 1 : length] = 1
    return Batch(ids, targets, weights / weights.sum())


def fixture(batch: Batch, result: StepResult) -> dict:
    """`logprobs` are those of the weighted positions, in row-major order."""
    return {
        "ids": batch.ids.tolist(),
        "targets": batch.targets.tolist(),
        "weights": [[rounded(value, 9) for value in row] for row in batch.weights.tolist()],
        "adapters": {"rank": _RANK, "scale": _SCALE, "seed": _SEED, "sizeA": _SIZES[0], "sizeB": _SIZES[1]},
        "probeSeed": _PROBE_SEED,
        "loss": rounded(result.loss, 9),
        "logprobs": [rounded(value, 8) for value in result.logprobs[batch.weights > 0].tolist()],
        "gradients": [{name: summary(value) for name, value in layer.items()} for layer in result.gradients],
    }


def summary(gradient: np.ndarray) -> dict:
    """`probe`: the product with `Sequence32(_PROBE_SEED)` of size 1, divided by the norm. `entries` are those at 0, n / 3 and 2n / 3 of n, row-major."""
    flat = gradient.reshape(-1)
    norm = float(np.linalg.norm(flat))
    probe = float(flat @ Sequence32(_PROBE_SEED).array(flat.shape, 1.0).astype(np.float64)) / norm
    entries = [rounded(float(flat[len(flat) * index // _ENTRIES]), 6) for index in range(_ENTRIES)]
    return {"norm": rounded(norm, 7), "probe": rounded(probe, 7), "entries": entries}


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


if __name__ == "__main__":
    main()
