"""The float64 model that calibration runs, seen through what it collects."""

import numpy as np
import torch

from reference import torch_model
from scorer.calibrate import second_moments
from scorer.rotation import rotate
from scorer.weights import Llama


def test_sees_the_inputs_that_the_reference_model_sees(tiny: Llama, ids: np.ndarray) -> None:
    seen: list[np.ndarray] = []
    reference = torch_model(tiny)
    reference.model.layers[1].mlp.down_proj.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][0].numpy()))
    with torch.no_grad():
        reference(torch.tensor(ids[None]))
    weights = np.where(np.arange(len(ids)) < 4, 16.0, 1.0)
    expected = (seen[0] * weights[:, None]).T @ seen[0]
    np.testing.assert_allclose(second_moments(tiny, 0, [ids])["layer1.down"], expected, atol=1e-3)


def test_a_rotation_turns_the_moments_and_keeps_their_trace(tiny: Llama, ids: np.ndarray) -> None:
    plain, rotated = second_moments(tiny, 0, [ids]), second_moments(rotate(tiny, 32), 32, [ids])
    for name in ("layer0.output", "layer1.down"):
        np.testing.assert_allclose(np.trace(rotated[name]), np.trace(plain[name]), rtol=1e-9)
