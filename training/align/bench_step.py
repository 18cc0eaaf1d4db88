"""Steps of PyTorch in float32 for `bench/align/step.mjs`, which runs this: a step for every line on standard input.

    python training/align/bench_step.py --model packages/model-smollm2-135m/model --threads 2

The first line is the batch and what the adapters are made of; each step prints a line with its seconds and loss.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align.batch import Batch  # noqa: E402
from align.sequence import sequence_adapters  # noqa: E402
from align.shape import SMOLLM2_135M  # noqa: E402
from align.shipped import read_shipped  # noqa: E402
from align.torch_reference import TorchModel  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a scorer folder of precision int8")
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    given = json.loads(sys.stdin.readline())
    kinds = {"ids": np.int64, "targets": np.int64, "weights": np.float32}
    shape = (given["rows"], given["length"])
    batch = Batch(**{name: np.array(given[name], kind).reshape(shape) for name, kind in kinds.items()})
    shipped = read_shipped(arguments.model)
    model = TorchModel(shipped, SMOLLM2_135M, torch.float32)
    adapters = model.adapters(sequence_adapters(SMOLLM2_135M, len(shipped.layers), given["rank"], 1, (0.05, 0.02)))
    del shipped
    answer({"torch": torch.__version__})
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = model.step(batch, adapters, given["scale"]).loss
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer({"seconds": time.perf_counter() - start, "loss": loss, "peak": round(peak)})


def answer(value: dict) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
