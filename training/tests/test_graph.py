"""The graph of a tiny random Llama: against Hugging Face's Llama, rotated or not, in one call or in many."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from reference import logprobs, torch_model
from scorer.graph import build_graph
from scorer.recipe import RECIPES
from scorer.runtime import empty_cache, open_session, score, step, step_in_place
from scorer.weights import Llama

SAMPLE = [np.random.default_rng(9).integers(0, 101, 60) for _ in range(8)]


def session(tiny: Llama, precision: str, folder: Path) -> ort.InferenceSession:
    build_graph(tiny, RECIPES[precision], SAMPLE).save(folder, "scorer.onnx", "weights", 1_000_000)
    return open_session(folder / "scorer.onnx")


@pytest.fixture(scope="module")
def int8(tiny: Llama, tmp_path_factory: pytest.TempPathFactory) -> ort.InferenceSession:
    return session(tiny, "int8", tmp_path_factory.mktemp("int8"))


@pytest.mark.parametrize("precision", ["float32", "float32-rotated"])
def test_float32_gives_the_reference_models_values(precision: str, tiny: Llama, ids: np.ndarray, tmp_path: Path) -> None:
    measured = score(session(tiny, precision, tmp_path), ids)
    np.testing.assert_allclose(measured, logprobs(torch_model(tiny), ids.tolist()), atol=1e-4)


def test_int8_stays_close(int8: ort.InferenceSession, tiny: Llama, ids: np.ndarray) -> None:
    expected = logprobs(torch_model(tiny), ids.tolist())
    assert np.corrcoef(score(int8, ids), expected)[0, 1] > 0.99


@pytest.mark.parametrize("cut", [2, 7, 13, 30])
def test_a_score_does_not_depend_on_the_cut(cut: int, int8: ort.InferenceSession, ids: np.ndarray) -> None:
    np.testing.assert_allclose(score(int8, ids, cut), score(int8, ids), atol=1e-3)


def test_only_the_last_positions_need_targets(int8: ort.InferenceSession, ids: np.ndarray) -> None:
    every, _ = step(int8, ids[:-1], ids[1:], 0, empty_cache(int8))
    last, _ = step(int8, ids[:-1], ids[-5:], 0, empty_cache(int8))
    np.testing.assert_allclose(last, every[-5:], atol=1e-5)


def test_a_shared_buffer_gives_the_same_and_can_be_truncated(int8: ort.InferenceSession, ids: np.ndarray) -> None:
    buffer = empty_cache(int8, capacity=64)
    first = step_in_place(int8, ids[:20], ids[1:21], 0, buffer)
    step_in_place(int8, ids[20:39], ids[21:40], 20, buffer)
    other = np.concatenate([ids[:12], ids[::-1][:20]])
    again = step_in_place(int8, other[12:31], other[13:32], 12, buffer)  # forgets positions 12 to 38
    np.testing.assert_allclose(first, score(int8, ids[:21]), atol=1e-5)
    np.testing.assert_allclose(again, score(int8, other)[12:31], atol=1e-3)


def test_writes_the_same_bytes_twice(tiny: Llama, tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    files = [build_graph(tiny, RECIPES["int8"], SAMPLE).save(folder, "scorer.onnx", "weights", 60_000) for folder in folders]
    assert files[0] == files[1]
    for name in files[0]:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
