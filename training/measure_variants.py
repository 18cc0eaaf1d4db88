"""Times scorer folders side by side: tokens a second, load time, bytes.

    python training/measure_variants.py float32=out/float32 int8=out/int8 --tokens 256 1024 --rounds 7

Every round runs every variant once, in turn, so that a slow moment of the machine hits all of them; medians are
printed, and the ratio to the first variant named.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np

from scorer.runtime import empty_cache, open_session, step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--tokens", type=int, nargs="+", default=[256], help="lengths of a call")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    sessions, loads, sizes = {}, {}, {}
    for name, folder in (variant.split("=", 1) for variant in arguments.variants):
        started = time.perf_counter()
        sessions[name] = open_session(Path(folder) / "scorer.onnx", arguments.threads)
        loads[name] = time.perf_counter() - started
        sizes[name] = sum(file["bytes"] for file in json.loads((Path(folder) / "scorer.json").read_text("utf-8"))["files"])
    print("variant              MB   load s", *(f"{count:>6} tok: tok/s  ratio" for count in arguments.tokens))
    rates = {count: measure(sessions, count, arguments.rounds) for count in arguments.tokens}
    for name in sessions:
        cells = []
        for count in arguments.tokens:
            ratio = statistics.median(a / b for a, b in zip(rates[count][name], rates[count][next(iter(sessions))]))
            cells.append(f"{statistics.median(rates[count][name]):17.0f} {ratio:6.2f}")
        print(f"{name:18} {sizes[name] / 1e6:6.1f} {loads[name]:7.2f} ", *cells)


def measure(sessions: dict, count: int, rounds: int) -> dict[str, list[float]]:
    """Tokens a second of each variant in each round; one more round comes first and is not counted."""
    ids = np.random.default_rng(0).integers(17, 49_152, count + 1)
    rates: dict[str, list[float]] = {name: [] for name in sessions}
    for counted in [False] + [True] * rounds:
        for name, session in sessions.items():
            started = time.perf_counter()
            step(session, ids[:-1], ids[1:], 0, empty_cache(session))
            if counted:
                rates[name].append(count / (time.perf_counter() - started))
    return rates


if __name__ == "__main__":
    main()
