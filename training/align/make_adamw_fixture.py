"""Writes four steps of PyTorch's AdamW over two small tensors, one of them clipped, for a test of the optimiser in TypeScript.

    python training/align/make_adamw_fixture.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

_OUT = Path(__file__).resolve().parents[2] / "packages/align/fixtures/adamw.json"
_RATE, _DECAY, _CLIP, _SIZES = 0.01, 0.1, 1.0, (0.2, 3.0, 0.2, 0.2)


def main() -> None:
    start = {"a": np.array([[0.5, -1.0], [2.0, 0.25]]), "b": np.array([0.0, 0.0, 1e-3])}
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in start.items()}
    optimiser = torch.optim.AdamW(tensors.values(), lr=_RATE, weight_decay=_DECAY)
    random = np.random.default_rng(3)
    steps = []
    for number, size in enumerate(_SIZES, 1):
        gradients = {name: np.round(random.standard_normal(value.shape) * size, 3) for name, value in start.items()}
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradients[name])
        rate = _RATE * number / len(_SIZES)
        optimiser.param_groups[0]["lr"] = rate
        norm = float(torch.nn.utils.clip_grad_norm_(tensors.values(), _CLIP))
        optimiser.step()
        values = {name: np.round(tensor.detach().numpy(), 9) for name, tensor in tensors.items()}
        steps.append({"learningRate": rate, "gradients": flat(gradients), "norm": round(norm, 9), "values": flat(values)})
    fixture = {"weightDecay": _DECAY, "clip": _CLIP, "start": flat(start), "steps": steps}
    _OUT.write_text(json.dumps(fixture, indent=1) + "\n", encoding="utf-8", newline="\n")


def flat(tensors: dict[str, np.ndarray]) -> dict[str, list[float]]:
    return {name: value.reshape(-1).tolist() for name, value in tensors.items()}


if __name__ == "__main__":
    main()
