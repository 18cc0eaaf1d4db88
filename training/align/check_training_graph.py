"""Holds the training graphs to the scorer whose weights they use, and to a fixture of gradients.

    python training/align/check_training_graph.py --graphs packages/align/graphs --model packages/model-smollm2-135m/model

Prints, for each conformance text, correlation and mean and largest difference (nats) between log-probabilities by
the training graphs without adapters and by the scorer, which also rounds activations; then how far gradients are from the
fixture's. Exits with 1 past the limits.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align.batch import Batch  # noqa: E402
from align.make_gradient_fixture import FIXTURE, TEXTS, fixture_batch, summary  # noqa: E402
from align.sequence import sequence_adapters  # noqa: E402
from align.shape import SMOLLM2_135M  # noqa: E402
from align.shipped import read_shipped  # noqa: E402
from align.step import TrainingGraphs, random_adapters  # noqa: E402
from scorer.runtime import compare, open_session, score  # noqa: E402

_MIN_CORRELATION, _MAX_ERROR = 0.995, 1e-4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graphs", type=Path, required=True, help="what export_training_graph.py wrote")
    parser.add_argument("--model", type=Path, required=True, help="a scorer folder of precision int8")
    parser.add_argument("--fixture", type=Path, default=FIXTURE, help="what make_gradient_fixture.py wrote")
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    graphs = TrainingGraphs(arguments.graphs, read_shipped(arguments.model), arguments.threads)
    worst = worst_correlation(graphs, arguments.model, arguments.threads)
    error = gradient_error(graphs, json.loads(arguments.fixture.read_text("utf-8")))
    print(f"largest difference from the fixture's gradients: {error:.1e} of the norm")
    return int(worst < _MIN_CORRELATION or error > _MAX_ERROR)


def worst_correlation(graphs: TrainingGraphs, model: Path, threads: int) -> float:
    session = open_session(model / "scorer.onnx", threads)
    none = random_adapters(read_shipped(model).layers, 1, seed=0, size=0.0)
    correlations = []
    for example in json.loads(TEXTS.read_text("utf-8")):
        ids = np.array(example["ids"], np.int64)
        batch = Batch(ids[None, :-1], ids[None, 1:], np.ones((1, len(ids) - 1), np.float32))
        measured = graphs.logprobs(batch, none, 1.0)[0]
        result, unquantised = compare(measured, score(session, ids)), compare(measured, np.array(example["logprobs"][1:]))
        correlations.append(result["correlation"])
        print(
            f"{len(ids):4} tokens: correlation {result['correlation']:.5f}, mean {result['mean']:.4f}, max {result['max']:.3f};"
            f" with the unquantised model {unquantised['correlation']:.5f}, {unquantised['mean']:.4f}, {unquantised['max']:.3f}"
        )
    return min(correlations)


def gradient_error(graphs: TrainingGraphs, fixture: dict) -> float:
    """The largest difference of a norm, a probe or an entry, divided by the norm of its gradient."""
    about = fixture["adapters"]
    adapters = sequence_adapters(
        SMOLLM2_135M, len(fixture["gradients"]), about["rank"], about["seed"], (about["sizeA"], about["sizeB"])
    )
    result = graphs.step(fixture_batch(), adapters, about["scale"])
    errors = []
    for measured, expected in zip(result.gradients, fixture["gradients"]):
        for name, wanted in expected.items():
            got = summary(measured[name].astype(np.float64))
            errors += [got["norm"] / wanted["norm"] - 1, got["probe"] - wanted["probe"]]
            errors += [(one - other) / wanted["norm"] for one, other in zip(got["entries"], wanted["entries"])]
    return float(np.abs(errors).max())


if __name__ == "__main__":
    sys.exit(main())
