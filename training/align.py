"""Distribution alignment on a GPU: what `llmlingua align train` does, with PyTorch and PEFT. LLMLingua, §4.3.

    python training/align.py --pairs pairs.jsonl --out my-scorer
    python training/align.py --pairs pairs.jsonl --out my-model --base HF_FOLDER --dtype bfloat16

Pairs, held-out split, tokens, batches, first adapters, optimiser and schedule are those of the Node trainer; there are
no checkpoints. Without --base, or with a scorer's folder (the embedded one's sizes), --out becomes a scorer with
adapters that `--model FOLDER` opens. With a Hugging Face folder (config.json, safetensors, a byte-level BPE
tokenizer.json with <|endoftext|>; layers named as Llama's and Qwen2's are), --out gets `adapter` (PEFT) and `merged`
(float32). Where that model is of the llama architecture without biases or scaled rotary angles, --out is a scorer,
too, in the --precision asked for; int8 needs a width of 2^k or 36 * 2^k. Qwen2 gets no scorer: the graph has no biases.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from align.peft_encode import TEMPLATES, PairEncoder  # noqa: E402
from align.peft_folder import check_out, files_sha256, name_of, read_scorer, sha256_of, write_adapted, write_merged, write_record, written  # noqa: E402
from align.peft_model import Tuned, folder_llama, scorer_llama, tuned  # noqa: E402
from align.peft_pairs import DamagedPairs, PairFile, read_pairs, split_pairs  # noqa: E402
from align.peft_record import model_card, training_record  # noqa: E402
from align.peft_train import Settings, Trained, train  # noqa: E402
from align.shape import PROJECTIONS, SMOLLM2_135M  # noqa: E402
from align.shipped import read_shipped  # noqa: E402

_EMBEDDED = Path(__file__).resolve().parents[1] / "packages/model-smollm2-135m/model"
_CALIBRATION = Path(__file__).with_name("calibration.json")


def main(argv: list[str] | None = None) -> Trained:
    arguments = _arguments(argv)
    settings = Settings(**{name: getattr(arguments, name) for name in Settings.__dataclass_fields__})
    check_out(arguments.out)
    try:
        file = read_pairs(arguments.pairs, arguments.damaged == "skip")
        to_train, held_out = split_pairs(file.pairs, settings.held_out, settings.seed)
    except (DamagedPairs, OSError) as error:
        raise SystemExit(str(error)) from error
    _say_pairs(file, len(to_train), len(held_out))
    if not held_out:
        raise SystemExit("No pair is held out; at least one is needed to measure on. Give --held-out.")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    is_scorer = (arguments.base / "scorer.json").exists()
    manifest = read_scorer(arguments.base) if is_scorer else None
    tokenizer = "tokenizer.json" if manifest is None else manifest["tokenizer"]
    encoder = PairEncoder((arguments.base / tokenizer).read_text("utf-8"), settings.template, settings.max_tokens)
    model = _open(arguments, manifest)
    encoded = [[encoder.encode(pair) for pair in pairs] for pairs in (to_train, held_out)]
    trained = train(model, *encoded, settings, lambda line: print(line, file=sys.stderr, flush=True))
    record = training_record(_identity(arguments.base, manifest), file, len(to_train), held_out, settings, trained)
    note = _write(arguments, manifest, model, trained, record)
    before, (step, after) = trained.evaluations[0][1], trained.best_evaluation
    measured = f"on {trained.measured} of {len(held_out)} pairs held out"
    print(f"Held-out loss  {before:.4f} → {after:.4f} nats per answer token, {measured}; adapters of step {step} of {trained.steps}\n{note}")
    return trained


def _open(arguments: argparse.Namespace, manifest: dict | None) -> Tuned:
    dtype = getattr(torch, arguments.dtype)
    if manifest is None:
        base = folder_llama(arguments.base, dtype)
    else:
        shipped, shape = read_shipped(arguments.base), SMOLLM2_135M
        if shipped.ends["head.rows"].shape[1] != shape.hidden or shipped.layers[0]["gate.weight"].shape[1] != shape.feed_forward:
            raise SystemExit(f"{arguments.base} is no scorer of SmolLM2-135M's sizes, for which adapters are made here.")
        base = scorer_llama(shipped, shape).to(dtype)
    return tuned(base.to(arguments.device), arguments.rank, arguments.alpha, arguments.projections)


def _identity(base: Path, manifest: dict | None) -> tuple[str, str]:
    if manifest is not None:
        return manifest["name"], files_sha256([(file["path"], file["sha256"]) for file in manifest["files"]])
    paths = sorted([*base.glob("*.safetensors"), base / "config.json", base / "tokenizer.json"])
    return base.resolve().name, files_sha256([(path.name, sha256_of(path)) for path in paths])


def _write(arguments: argparse.Namespace, manifest: dict | None, model: Tuned, trained: Trained, record: dict) -> str:
    licence = arguments.license if manifest is None else manifest.get("license", "unknown")
    notes = []

    def fill(folder: Path) -> None:
        if manifest is not None:
            scale = arguments.alpha / arguments.rank
            write_adapted(folder, arguments.base, manifest, SMOLLM2_135M, trained.best, scale)
            notes.append("Adapters (`adapter.safetensors`) stand beside the base's integer weights, which are copied unchanged.")
        else:
            model.set_adapters(trained.best)
            obstacle = write_merged(folder, arguments.base, model, arguments.precision, licence, lambda: _sample(arguments.base))
            made = f"There is no scorer: {obstacle}." if obstacle else f"The folder is a scorer of precision {arguments.precision}."
            notes.append(f"`adapter` is PEFT's, `merged` the model with it merged in. {made}")
        name = name_of(folder, record["base"]["name"])
        write_record(folder, record, model_card(name, record, licence, notes[0]))

    written(arguments.out, fill)
    return f"{arguments.out}: {notes[0]}"


def _sample(base: Path) -> list[np.ndarray]:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    texts = json.loads(_CALIBRATION.read_text("utf-8"))
    return [np.array(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]


def _say_pairs(file: PairFile, train_count: int, held_out: int) -> None:
    notes = [f"{file.path}: {train_count} pairs to train on, {held_out} held out"]
    notes += [f"{len(file.damaged)} damaged lines passed over, line {file.damaged[0][0]} first"] if file.damaged else []
    notes += [f"{file.duplicates} duplicates and {file.contradictory} other answers to the same prompt dropped"]
    print("; ".join(notes), file=sys.stderr)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--pairs", type=Path, required=True, help="as llmlingua align collect writes them")
    add("--out", type=Path, required=True, help="folder to write; it must not exist yet, or be empty")
    add("--base", type=Path, default=_EMBEDDED, help="a scorer's folder, or a Hugging Face one; default the embedded model")
    add("--damaged", choices=("refuse", "skip"), default="refuse", help="what a damaged line does")
    add("--rank", type=int, default=8)
    add("--alpha", type=float, default=16, help="adapters are multiplied by alpha / rank")
    add("--projections", type=_projections, default=PROJECTIONS, help=f"default {','.join(PROJECTIONS)}")
    add("--learning-rate", type=float, default=5e-4, help="the highest")
    add("--epochs", type=int, default=1)
    add("--batch-tokens", type=int, default=1024, help="tokens of a step, padding counted")
    add("--max-tokens", type=int, default=1024, help="tokens of prompt and answer")
    add("--template", choices=TEMPLATES, default="plain")
    add("--warmup", type=float, default=0.06, help="share of the steps")
    add("--clip", type=float, default=1, help="the longest gradient")
    add("--weight-decay", type=float, default=0)
    add("--seed", type=int, default=0)
    add("--held-out", type=float, default=0.1, help="share up to 0.5, or a number of pairs")
    add("--evaluations", type=int, default=5)
    add("--patience", type=int, default=2, help="evaluations without a best until it stops")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    add("--dtype", choices=("float32", "bfloat16"), default="float32", help="of the base; adapters are float32")
    add("--threads", type=int, help="on a CPU")
    add("--precision", choices=("int8", "float32"), default="int8", help="of the scorer of a Hugging Face base")
    add("--license", default="unknown", help="of a Hugging Face base, for its card")
    return parser.parse_args(argv)


def _projections(raw: str) -> tuple[str, ...]:
    names = [name.strip() for name in raw.split(",")]
    if unknown := set(names) - set(PROJECTIONS):
        raise argparse.ArgumentTypeError(f"there is no {unknown.pop()}; there are {', '.join(PROJECTIONS)}")
    return tuple(name for name in PROJECTIONS if name in names)


if __name__ == "__main__":
    main()
