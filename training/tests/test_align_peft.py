"""The PEFT trainer: the same pairs, tokens, draws and gradients as Node's, and folders that open."""

import dataclasses
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("peft")

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from align.batch import Batch
from align.export_training_graph import export
from align.packing import scorer_inputs
from align.peft_encode import Encoded, PairEncoder
from align.peft_folder import files_sha256, read_scorer, scorer_obstacle, sha256_of
from align.peft_model import Tuned, scorer_llama, tuned
from align.peft_pairs import DamagedPairs, read_pairs, split_pairs
from align.peft_plan import initial_adapters, plan_batches, token_weight
from align.peft_train import Settings, train
from align.shape import PROJECTIONS, BlockShape
from align.shipped import read_shipped
from align.step import TrainingGraphs, random_adapters
from align.torch_reference import relative_errors
from safetensors.numpy import load_file
from scorer.graph import build_graph
from scorer.manifest import manifest_json
from scorer.recipe import RECIPES
from scorer.runtime import empty_cache, feeds, open_session, score
from scorer.weights import Llama

ROOT = Path(__file__).parents[2]
TINY_TOKENIZER = ROOT / "packages/core/src/tokens/tiny-tokenizer.json"
SHAPE = BlockShape(hidden=144, heads=9, kv_heads=3, head_size=16, feed_forward=192, down_block=32, norm_epsilon=1e-5)

# (answer, messages: user, assistant, user …, finished); what follows was recorded from packages/align.
PAIRS = [
    ("Paris.", ["Capital of France?"], True),
    ("🍉 melon", ["A fruit", "apple", "another 🍎"], False),
    ("  leading space", ["x" * 20], None),
    ("中文回答。", ["你好 你好"], None),
    ("a <|im_end|> b", ["what <|endoftext|> is"], None),
    ("\nnew line", ["n"], True),
    ("odd \U00060001", ['\x01 "quoted" \\ \u2028'], None),
    ("\ufffd lone", ["one two three four five six seven eight nine ten"], None),
]
IDS = "e3852897b282091d 4b1847ada4ffdda2 6683254cc85555d3 49ceeae54b106205 2bf183d76b039c18 5926f16ecb38bcb0 95f58296c17a1865 e8663284710130fc".split()
HELD_OUT = ["49ceeae54b106205", "e3852897b282091d"]  # a share of 0.3, seed 7
TRAIN = "e3852897b282091d e8663284710130fc 95f58296c17a1865 49ceeae54b106205 6683254cc85555d3 2bf183d76b039c18 4b1847ada4ffdda2".split()  # one held out, seed 0
GROUPS = [None, "g", "g", "h", None, "g", "h", "一"]
GROUPED = {  # share or number, seed: held out, train, as indices of GROUPS
    (0.3, 7): ([4, 0], [7, 3, 6, 5, 1, 2]),
    (1, 0): ([7], [6, 3, 5, 2, 1, 4, 0]),
    (3, 1): ([5, 2, 1], [0, 7, 6, 3, 4]),
    (0.5, 3): ([7, 0, 6, 3], [5, 2, 1, 4]),
}
ENCODED = {  # ids, start of the answer, cut; windows of 16 tokens
    "plain": {
        0: ([0, 39832, 282, 4649, 47, 198, 198, 38634, 30, 0], 7, "none"),
        2: ([0, 31069, 31069, 31069, 31069, 31069, 8866, 2899, 1898, 0], 6, "none"),
        3: ([0, 138, 216, 18645, 250, 48392, 138, 198, 198, 28589, 29184, 44210, 47439, 238, 19076, 0], 9, "prompt"),
        4: ([0, 5588, 216, 0, 314, 198, 198, 81, 216, 2, 278, 0], 7, "none"),
        5: ([0, 94, 1116, 198, 2241, 1761, 0], 3, "none"),
        6: ([0, 385, 5036, 18, 3814, 459, 118, 198, 198, 16114, 216, 188, 140, 140, 138, 0], 9, "prompt"),
    },
    "chatml": {
        0: ([1, 4093, 198, 39832, 282, 4649, 47, 2, 198, 1, 520, 9531, 198, 38634, 30, 2], 13, "prompt"),
        4: ([198, 5588, 216, 0, 314, 2, 198, 1, 520, 9531, 198, 81, 216, 2, 278, 2], 11, "prompt"),
        7: ([1876, 2531, 2976, 4962, 4475, 7462, 3772, 2, 198, 1, 520, 9531, 198, 24211, 33023, 2], 13, "prompt"),
    },
}


def line(answer: str, contents: list[str], finished: bool | None) -> str:
    messages = [{"role": ("user", "assistant")[index % 2], "content": content} for index, content in enumerate(contents)]
    return json.dumps({"messages": messages, "answer": answer, **({} if finished is None else {"finished": finished})})


@pytest.fixture(scope="module")
def pairs_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    file.write_text("\n".join(line(*pair) for pair in PAIRS), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def base(tiny: Llama, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An int8 scorer of two layers with the tiny tokenizer's vocabulary."""
    folder = tmp_path_factory.mktemp("base")
    tokens = len(json.loads(TINY_TOKENIZER.read_text("utf-8"))["model"]["vocab"])
    random = np.random.default_rng(11)
    embedding = random.standard_normal((tokens, SHAPE.hidden))
    config = dataclasses.replace(tiny.config, vocabulary=tokens, max_tokens=128)
    model = dataclasses.replace(tiny, config=config, embedding=embedding, head=embedding)
    sample = [random.integers(0, tokens, 60) for _ in range(8)]
    files = build_graph(model, RECIPES["int8"], sample).save(folder, "scorer.onnx", "weights", 1_000_000)
    shutil.copyfile(TINY_TOKENIZER, folder / "tokenizer.json")
    about = {"name": "tiny", "license": "MIT", "source": "random", "start_token": "0"}
    (folder / "scorer.json").write_text(manifest_json(folder, config, "int8", [*files, "tokenizer.json"], about), "utf-8")
    return folder


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`training/align.py`, whose name the package `align` has too, for the tiny scorer's sizes."""
    spec = importlib.util.spec_from_file_location("align_command", ROOT / "training/align.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SMOLLM2_135M", SHAPE)
    return module


def flags(pairs: Path, base: Path, out: Path, *more: str) -> list[str]:
    given = {"pairs": pairs, "base": base, "out": out, "rank": 2, "learning-rate": 0.02, "epochs": 4, "batch-tokens": 128, "held-out": 2, "device": "cpu"}
    return [text for name, value in given.items() for text in (f"--{name}", str(value))] + list(more)


def test_ids_and_split_are_those_of_node(pairs_file: Path) -> None:
    pairs = read_pairs(pairs_file).pairs
    assert [pair.id for pair in pairs] == IDS
    assert [pair.id for pair in split_pairs(pairs, 0.3, 7)[1]] == HELD_OUT
    assert [pair.id for pair in split_pairs(pairs[::-1], 1, 0)[0]] == TRAIN
    with pytest.raises(DamagedPairs, match="There are 8 pairs, and 8 would be held out: none is left"):
        split_pairs(pairs, 8, 0)
    with pytest.raises(DamagedPairs, match="There is 1 pair, and 1 would"):
        split_pairs(pairs[:1], 1, 0)


def test_groups_are_held_out_whole_and_as_by_node(tmp_path: Path) -> None:
    lines = []
    for index, group in enumerate(GROUPS):
        lines.append({"messages": [{"role": "user", "content": f"q{index}"}], "answer": "a", **({"group": group} if group else {})})
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    pairs = read_pairs(file).pairs
    for (held_out, seed), (expected, rest) in GROUPED.items():
        split = split_pairs(pairs, held_out, seed)
        assert [[pairs.index(pair) for pair in side] for side in split] == [rest, expected]
    two = [pair for pair in pairs if pair.group in ("g", "h")]
    with pytest.warns(UserWarning, match="Held out are 2 of 5 pairs, though 1 were asked for.*smallest group has 2"):
        assert [pairs.index(pair) for pair in split_pairs(two, 1, 0)[1]] == [6, 3]
    with pytest.raises(DamagedPairs, match="of one group"):
        split_pairs([pair for pair in pairs if pair.group == "g"], 1, 0)
    file.write_text(json.dumps({**lines[0], "group": " "}), encoding="utf-8")
    with pytest.raises(DamagedPairs, match="field group: it is empty"):
        read_pairs(file)


def test_damaged_lines_are_named_or_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    good = [line("a", ["q"], None), line("a", ["q"], None), line("b", ["q"], None), ""]
    bad = ['{"messages": [], "answer": "a"}', line(" \ufeff", ["q"], None), line("a", ["q", "r"], None), '{"answer": "a"}', "no"]
    file.write_text("\n".join(good + bad), encoding="utf-8")
    read = read_pairs(file, skip_damaged=True)
    assert (len(read.pairs), read.duplicates, read.contradictory) == (1, 1, 1)
    assert [number for number, _ in read.damaged] == [5, 6, 7, 8, 9]
    with pytest.raises(DamagedPairs, match=r"line 5: field messages"):
        read_pairs(file)


@pytest.mark.parametrize("template", ["plain", "chatml"])
def test_tokens_are_those_of_node(template: str, pairs_file: Path) -> None:
    text = (ROOT / "packages/model-smollm2-135m/model/tokenizer.json").read_text("utf-8")
    encoder, pairs = PairEncoder(text, template, 16), read_pairs(pairs_file).pairs
    for index, (ids, start, cut) in ENCODED[template].items():
        encoded = encoder.encode(pairs[index])
        assert (encoded.ids, encoded.start, encoded.cut) == (ids, start, cut)


def test_batches_and_first_adapters_are_those_of_node() -> None:
    expected = [[1, 4, 7], [6, 2], [3], [0], [8], [5], [5], [8], [1, 4, 7], [0], [3], [6, 2]]
    assert plan_batches([9, 2, 7, 7, 3, 12, 5, 4, 30], 2, 16, 3) == expected
    (layer,) = initial_adapters(1, {"q": (3, 2), "down": (4, 3)}, 1, ["down", "q"], 5)
    assert layer["q.a"].ravel().tolist() == [0.5505725145339966, 0.5143452882766724, -0.25317391753196716]
    assert layer["down.a"].ravel()[3] == np.float32(0.21851055324077606) and not layer["down.b"].any()


def test_gradients_are_those_of_the_training_graphs(base: Path, tmp_path: Path) -> None:
    shipped = read_shipped(base)
    vocabulary = len(shipped.ends["head.rows"])
    random = np.random.default_rng(3)
    ids = random.integers(0, vocabulary, (3, 18))
    weights = (random.random((3, 17)) < 0.5) / 51
    batch = Batch(ids[:, :-1].copy(), ids[:, 1:].copy(), weights.astype(np.float32))
    adapters = random_adapters(shipped.layers, 3, seed=1, size=0.3)
    export(SHAPE, vocabulary, tmp_path)
    expected = TrainingGraphs(tmp_path, shipped).step(batch, adapters, 2.0)
    model = tuned(scorer_llama(shipped, SHAPE), rank=3, alpha=6, projections=PROJECTIONS)
    model.set_adapters(adapters)
    loss = model.loss(batch)
    loss.backward()
    assert loss.item() == pytest.approx(expected.loss, rel=1e-5)
    assert max(relative_errors(model.gradients(), expected.gradients).values()) < 1e-3


class Noted(Tuned):
    """Notes the weights of every batch that has gradients."""

    def loss(self, batch: Batch) -> torch.Tensor:
        if torch.is_grad_enabled():
            NOTED.append(batch.weights[batch.weights > 0])
        return super().loss(batch)


NOTED: list[np.ndarray] = []


def settings(**changes: object) -> Settings:
    given = {
        "rank": 2, "alpha": 4, "projections": PROJECTIONS, "learning_rate": 0.02, "epochs": 1, "batch_tokens": 32, "max_tokens": 64,
        "template": "plain", "warmup": 0.06, "clip": 1, "weight_decay": 0, "seed": 0, "held_out": 2, "evaluations": 2, "patience": 2,
    }  # fmt: skip
    return Settings(**{**given, **changes})


def encoded_pairs(base: Path, pairs_file: Path) -> list[Encoded]:
    encoder = PairEncoder((base / "tokenizer.json").read_text("utf-8"), "plain", 64)
    return [encoder.encode(pair) for pair in read_pairs(pairs_file).pairs]


def test_every_answer_token_of_an_epoch_counts_alike(base: Path, pairs_file: Path) -> None:
    pairs = encoded_pairs(base, pairs_file)
    made = tuned(scorer_llama(read_shipped(base), SHAPE), 2, 4, PROJECTIONS)
    NOTED.clear()
    trained = train(Noted(made.model, made.projections), pairs[2:], pairs[:2], settings(), lambda line: None)
    weights = np.concatenate(NOTED)
    answers = [pair.answer_tokens for pair in pairs[2:]]
    assert len(weights) == sum(answers) and len(set(weights.tolist())) == 1 and len({len(batch) for batch in NOTED}) > 1
    assert weights.sum() == pytest.approx(trained.steps, rel=1e-5)
    assert token_weight([[0, 1], [2]], [3, 1, 4]) == 2 / 8
    # Nats a token, whatever a token weighs: the loss of the first step is near that of the model before it.
    assert trained.losses[0] == pytest.approx(trained.evaluations[0][1], rel=0.5) and trained.measured == 2


@pytest.mark.parametrize(("losses", "words"), [([2e3, 3e3, 2e3], "it ran to its end"), ([2e3, 3e3, 4e3, 1.0], "no longer fell")])
def test_adapters_that_are_not_better_are_an_error(
    losses: list[float], words: str, base: Path, pairs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = encoded_pairs(base, pairs_file)
    made = tuned(scorer_llama(read_shipped(base), SHAPE), 2, 4, PROJECTIONS)
    left = iter(losses)
    monkeypatch.setattr("align.peft_train.held_out_loss", lambda *_: next(left))
    given = settings(evaluations=len(losses) - 1, patience=1 if len(losses) > 3 else 9)
    with pytest.raises(SystemExit, match=rf"{words}. No adapters were better than none \(held-out loss 2000.0000 before"):
        train(made, pairs[2:], pairs[:2], given, lambda line: None)


@pytest.mark.parametrize("losses", [[float("nan")], [float("inf")], [2e3, float("nan")]])
def test_a_held_out_loss_that_is_no_number_ends_training_with_words(
    losses: list[float], base: Path, pairs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = encoded_pairs(base, pairs_file)
    made = tuned(scorer_llama(read_shipped(base), SHAPE), 2, 4, PROJECTIONS)
    left, said = iter(losses), []
    monkeypatch.setattr("align.peft_train.held_out_loss", lambda *_: next(left))
    with pytest.raises(SystemExit, match=rf"the held-out loss is {losses[-1]}\. No adapters were better than none"):
        train(made, pairs[2:], pairs[:2], settings(evaluations=1), said.append)
    assert len(said) == len(losses) - 1


@pytest.mark.parametrize("path", ["../weights.bin", "/weights.bin", "C:/weights.bin", "a\\b", ""])
def test_a_manifest_with_paths_outside_its_folder_is_refused(path: str, base: Path, tmp_path: Path) -> None:
    manifest = json.loads((base / "scorer.json").read_text("utf-8"))
    shutil.copytree(base, tmp_path / "base")
    for changed in ({"files": [*manifest["files"], {**manifest["files"][0], "path": path}]}, {"tokenizer": path}):
        (tmp_path / "base/scorer.json").write_text(json.dumps({**manifest, **changed}), "utf-8")
        with pytest.raises(SystemExit, match="relative path inside the folder"):
            read_scorer(tmp_path / "base")
    (tmp_path / "base/scorer.json").write_text(json.dumps({**manifest, "tokenizer": "other.json"}), "utf-8")
    with pytest.raises(SystemExit, match="not listed in files"):
        read_scorer(tmp_path / "base")


def test_files_in_folders_of_a_base_are_copied(command: ModuleType, base: Path, pairs_file: Path, tmp_path: Path) -> None:
    deep = tmp_path / "base"
    shutil.copytree(base, deep)
    (deep / "text").mkdir()
    (deep / "tokenizer.json").rename(deep / "text/tokenizer.json")
    text = (deep / "scorer.json").read_text("utf-8").replace('"tokenizer.json"', '"text/tokenizer.json"')
    (deep / "scorer.json").write_text(text, "utf-8")
    command.main(flags(pairs_file, deep, tmp_path / "out", "--epochs", "1"))
    assert (tmp_path / "out/text/tokenizer.json").exists()


def test_a_few_steps_lower_the_loss_and_the_folder_opens(command: ModuleType, base: Path, pairs_file: Path, tmp_path: Path) -> None:
    trained = command.main(flags(pairs_file, base, tmp_path / "out"))
    assert trained.losses[-1] < trained.losses[0]
    out = tmp_path / "out"
    manifest, record = (json.loads((out / name).read_text("utf-8")) for name in ("scorer.json", "training.json"))
    assert (manifest["adapter"], manifest["graph"]) == ("adapter.safetensors", "scorer-adapted.onnx")
    assert manifest["name"] == f"tiny+aligned-{manifest['files'][-1]['sha256'][:8]}"
    card = (out / "README.md").read_text("utf-8")
    assert card.startswith(f"# {manifest['name']}\n") and "on 2 of the 2 pairs held out" in card and record["loss"]["pairs"] == 2
    assert all((out / file["path"]).stat().st_size == file["bytes"] for file in manifest["files"])
    files = json.loads((base / "scorer.json").read_text("utf-8"))["files"]
    assert record["base"]["sha256"] == files_sha256([(file["path"], file["sha256"]) for file in files])
    assert record["heldOutIds"] == [pair.id for pair in split_pairs(read_pairs(pairs_file).pairs, 2, 0)[1]]
    ids = np.random.default_rng(8).integers(0, 300, 40)
    adapter = load_file(out / "adapter.safetensors")
    for name, value in scorer_inputs([every(layer) for layer in trained.best], 8.0).items():
        np.testing.assert_array_equal(adapter[name], value)
    plain = score(open_session(base / "scorer.onnx"), ids)
    silent = {name: value * (not name.endswith(".b")) for name, value in adapter.items()}
    np.testing.assert_array_equal(adapted(out, ids, silent), plain)
    assert np.abs(adapted(out, ids, adapter) - plain).mean() > 0.01


def test_projections_without_adapters_have_rank_0(command: ModuleType, base: Path, pairs_file: Path, tmp_path: Path) -> None:
    command.main(flags(pairs_file, base, tmp_path / "out", "--projections", "v,q", "--dtype", "bfloat16"))
    adapter = load_file(tmp_path / "out/adapter.safetensors")
    assert adapter["layer0.qkv.a"].shape == (144, 4) and adapter["layer1.down.b"].shape == (0, 144)
    assert adapted(tmp_path / "out", np.arange(20), adapter).shape == (19,)


def test_what_is_there_already_is_not_written_over(command: ModuleType, base: Path, pairs_file: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("x", encoding="utf-8")
    with pytest.raises(SystemExit, match="something already"):
        command.main(flags(pairs_file, base, tmp_path))


def test_a_hugging_face_llama_becomes_a_scorer(command: ModuleType, pairs_file: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=396, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=128, tie_word_embeddings=True, initializer_range=0.1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(tmp_path / "llama")
    shutil.copyfile(TINY_TOKENIZER, tmp_path / "llama/tokenizer.json")
    out = tmp_path / "out"
    trained = command.main(flags(pairs_file, tmp_path / "llama", out, "--precision", "float32", "--license", "MIT"))
    assert trained.losses[-1] < trained.losses[0]
    ids = np.random.default_rng(8).integers(0, 396, 40)
    merged = LlamaForCausalLM.from_pretrained(out / "merged")
    with torch.no_grad():
        logprobs = merged(torch.tensor(ids[None])).logits[0, :-1].log_softmax(-1)
    expected = logprobs.gather(1, torch.tensor(ids[1:, None]))[:, 0].numpy()
    np.testing.assert_allclose(score(open_session(out / "scorer.onnx"), ids), expected, atol=1e-3)
    manifest = json.loads((out / "scorer.json").read_text("utf-8"))
    assert manifest["startToken"] == 0 and (out / "README.md").read_text("utf-8").startswith(f"# {manifest['name']}\n")
    whole = files_sha256([(file["path"], sha256_of(out / file["path"])) for file in manifest["files"]])
    assert manifest["name"] == f"llama+aligned-{whole[:8]}"
    assert (out / "adapter/adapter_model.safetensors").exists()


def test_models_that_the_exporter_cannot_take_are_named() -> None:
    assert "qwen2" in scorer_obstacle({"model_type": "qwen2"})
    assert "scaled" in scorer_obstacle({"model_type": "llama", "rope_scaling": {"rope_type": "llama3"}})
    assert "biases" in scorer_obstacle({"model_type": "llama", "attention_bias": True})
    assert scorer_obstacle({"model_type": "llama", "rope_parameters": {"rope_type": "default"}}) == ""


def every(layer: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    assert sorted(layer) == sorted(f"{name}.{part}" for name in PROJECTIONS for part in "ab")
    return layer


def adapted(folder: Path, ids: np.ndarray, adapter: dict[str, np.ndarray]) -> np.ndarray:
    session = open_session(folder / "scorer-adapted.onnx")
    return session.run(["logprobs"], {**feeds(ids[:-1], ids[1:], 0, empty_cache(session)), **adapter})[0][0]


def test_the_trainer_needs_no_onnx_runtime():
    code = "import runpy, sys; sys.modules['onnxruntime'] = None; sys.argv[1:] = ['--help']; runpy.run_path(sys.argv[0], run_name='__main__')"
    script = ROOT / "training/align.py"
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.argv[0] = {str(script)!r}; {code}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--pairs" in done.stdout
