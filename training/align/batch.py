"""What a training step is fed, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Tensors = dict[str, np.ndarray]


@dataclass(frozen=True)
class Batch:
    """`ids`, `targets` int64 and `weights` float32, all [batch, sequence]; the loss is `-sum(weights · logprobs)`."""

    ids: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
