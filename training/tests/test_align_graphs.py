"""The training graphs of a tiny Llama: against autograd, and against the scorer whose weights they use."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from align.adapted_scorer import write_adapted_scorer
from align.batch import Batch
from align.export_training_graph import export
from align.packing import scorer_inputs
from align.shape import PROJECTIONS, BlockShape
from align.shipped import Shipped, read_shipped
from align.step import StepResult, TrainingGraphs, random_adapters
from align.torch_reference import TorchModel, relative_errors
from scorer.graph import build_graph
from scorer.recipe import RECIPES
from scorer.runtime import empty_cache, feeds, open_session, score
from scorer.weights import Llama

SHAPE = BlockShape(hidden=144, heads=9, kv_heads=3, head_size=16, feed_forward=192, down_block=32, norm_epsilon=1e-5)
SCALE = 2.0


@dataclass(frozen=True)
class Built:
    folder: Path
    shipped: Shipped
    graphs: TrainingGraphs


@pytest.fixture(scope="module")
def built(tiny: Llama, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("align")
    sample = [np.random.default_rng(9).integers(0, 101, 60) for _ in range(8)]
    build_graph(tiny, RECIPES["int8"], sample).save(folder, "scorer.onnx", "weights", 1_000_000)
    export(SHAPE, tiny.config.vocabulary, folder / "graphs")
    shipped = read_shipped(folder)
    return Built(folder, shipped, TrainingGraphs(folder / "graphs", shipped))


def batch(rows: int, length: int, share: float = 1.0) -> Batch:
    random = np.random.default_rng(length)
    ids = random.integers(0, 101, (rows, length + 1))
    weights = (random.random((rows, length)) < share) / (rows * length)
    return Batch(ids[:, :-1].copy(), ids[:, 1:].copy(), weights.astype(np.float32))


def autograd(built: Built, given: Batch, adapters: list[dict[str, np.ndarray]]) -> StepResult:
    model = TorchModel(built.shipped, SHAPE)
    return model.step(given, model.adapters(adapters), SCALE)


@pytest.mark.parametrize(("rows", "length", "rank", "share"), [(1, 40, 4, 1.0), (3, 17, 1, 0.5), (2, 2, 8, 1.0)])
def test_gradients_are_autograds(rows: int, length: int, rank: int, share: float, built: Built) -> None:
    given, adapters = batch(rows, length, share), random_adapters(built.shipped.layers, rank, seed=1, size=0.3)
    measured, expected = built.graphs.step(given, adapters, SCALE), autograd(built, given, adapters)
    assert measured.loss == pytest.approx(expected.loss, rel=1e-5)
    np.testing.assert_allclose(measured.logprobs, expected.logprobs, atol=1e-4)
    assert max(relative_errors(measured.gradients, expected.gradients).values()) < 1e-4


def test_every_projection_may_have_its_own_rank(built: Built) -> None:
    given = batch(2, 9)
    by_rank = [random_adapters(built.shipped.layers, rank + 1, seed=rank, size=0.3) for rank in range(len(PROJECTIONS))]
    adapters = [
        {f"{name}.{part}": by_rank[rank][index][f"{name}.{part}"] for rank, name in enumerate(PROJECTIONS) for part in "ab"}
        for index in range(len(built.shipped.layers))
    ]
    measured, expected = built.graphs.step(given, adapters, SCALE), autograd(built, given, adapters)
    assert max(relative_errors(measured.gradients, expected.gradients).values()) < 1e-4


def test_padding_changes_nothing(built: Built) -> None:
    short, adapters = batch(2, 12), random_adapters(built.shipped.layers, 2, seed=2, size=0.3)
    padded = Batch(*(np.pad(value, ((0, 0), (0, 5))) for value in (short.ids, short.targets, short.weights)))
    one, other = built.graphs.step(short, adapters, SCALE), built.graphs.step(padded, adapters, SCALE)
    assert one.loss == pytest.approx(other.loss, rel=1e-6)
    assert np.isnan(other.logprobs[:, 12:]).all()
    assert max(relative_errors(other.gradients, one.gradients).values()) < 1e-5


def test_without_adapters_it_is_the_scorer_but_for_rounding(built: Built, ids: np.ndarray) -> None:
    adapters = random_adapters(built.shipped.layers, 2, seed=3, size=0.0)
    given = Batch(ids[None, :-1], ids[None, 1:], np.ones((1, len(ids) - 1), np.float32))
    measured = built.graphs.step(given, adapters, SCALE).logprobs[0]
    assert np.corrcoef(measured, score(open_session(built.folder / "scorer.onnx"), ids))[0, 1] > 0.995


def test_adapters_beside_the_scorer_do_what_they_did_in_training(built: Built, ids: np.ndarray) -> None:
    adapters = random_adapters(built.shipped.layers, 2, seed=4, size=0.3)
    session = open_session(write_adapted_scorer(built.folder, SHAPE, built.folder))
    given = {**feeds(ids[:-1], ids[1:], 0, empty_cache(session)), **scorer_inputs(adapters, SCALE)}
    measured = session.run(["logprobs"], given)[0][0]
    wanted = built.graphs.step(Batch(ids[None, :-1], ids[None, 1:], np.ones((1, len(ids) - 1), np.float32)), adapters, SCALE)
    plain = score(open_session(built.folder / "scorer.onnx"), ids)
    assert np.corrcoef(measured, wanted.logprobs[0])[0, 1] > 0.99
    assert np.abs(measured - wanted.logprobs[0]).mean() < 0.2 * np.abs(measured - plain).mean()


def test_the_graphs_hold_no_weights_and_come_out_the_same_twice(built: Built, tmp_path: Path) -> None:
    for name in export(SHAPE, 101, tmp_path):
        data = (tmp_path / name).read_bytes()
        assert len(data) < 40_000
        assert data == (built.folder / "graphs" / name).read_bytes()
