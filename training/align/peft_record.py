"""`training.json` and `README.md` of a tuned model, as `packages/align/src/folder` has them. Pure, but for the versions."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import metadata
from pathlib import Path

from .peft_pairs import Pair, PairFile
from .peft_train import Settings, Trained

_PACKAGE = Path(__file__).parents[2] / "packages/align/package.json"
_STOPPED = {
    "finished": "ran to its end",
    "early": "stopped early, as the held-out loss no longer fell",
    "diverged": "stopped, as the loss diverged",
}


def training_record(
    base: tuple[str, str], file: PairFile, train: int, held_out: list[Pair], settings: Settings, trained: Trained
) -> dict:
    """`base`: name and SHA-256."""
    step, after = trained.best_evaluation
    named = Counter(pair.model for pair in file.pairs if pair.model is not None).most_common(1)
    pairs = {"path": file.path.name, "sha256": file.sha256, "train": train, "heldOut": len(held_out)}
    return {
        "format": "llmlingua-aligned/1",
        "base": {"name": base[0], "sha256": base[1]},
        "pairs": {**pairs, **({"target": named[0][0]} if named else {})},
        "settings": {_camel(name): value for name, value in vars(settings).items()},
        "steps": trained.steps,
        "tokens": trained.tokens,
        "seconds": round(trained.seconds),
        "stopped": trained.stopped,
        "loss": {"before": trained.evaluations[0][1], "after": after, "bestStep": step, "pairs": trained.measured},
        "heldOutIds": [pair.id for pair in held_out],
        "versions": _versions(),
    }


def model_card(name: str, record: dict, licence: str, note: str) -> str:
    """`name`: as scorer.json has it. `note`: what stands in the folder, a sentence or two."""
    loss, pairs, base = record["loss"], record["pairs"], record["base"]
    change = 100 * (loss["after"] / loss["before"] - 1)
    target = _inline(pairs.get("target", "a model that the pairs do not name"))
    settings = "\n".join(f"| {name} | {','.join(v) if isinstance(v, (list, tuple)) else v} |" for name, v in record["settings"].items())
    return f"""# {_inline(name)}

{base["name"]}, tuned on the answers of {target} (distribution alignment, LLMLingua §4.3) with PyTorch and PEFT. {note}
`training.json` has all that stands here.

| | |
| --- | --- |
| Base | {base["name"]}, sha256 `{base["sha256"]}` |
| Licence | {licence}, the base's; this is a modified version of it. What the target's terms say of models trained on its answers applies too. |
| Pairs | `{_inline(pairs["path"])}`, sha256 `{pairs["sha256"]}`: {pairs["train"]} to train on, {pairs["heldOut"]} held out |
| Training | {record["steps"]} steps, {record["tokens"]} tokens, {record["seconds"]} s; {_STOPPED[record["stopped"]]}; adapters of step {loss["bestStep"]} |
| Made with | {", ".join(f"{name} {version}" for name, version in record["versions"].items())} |

## Loss

Nats per answer token on {loss["pairs"]} of the {pairs["heldOut"]} pairs held out, activations not rounded: {loss["before"]:.4f} before, {loss["after"]:.4f} after ({change:+.1f} %).

## Settings

| | |
| --- | --- |
{settings}

## Limits

- Tuned to one target and one kind of text; on others it may be worse than its base.
- The pairs may hold what is private. Weights tuned on them can give away something of them: share this folder as you would share the pairs.
"""


def _versions() -> dict[str, str]:
    """`node` and `onnxruntime` trained nothing here; readers of the record want them to be there."""
    own = json.loads(_PACKAGE.read_text("utf-8"))["version"] if _PACKAGE.exists() else "unknown"
    python = {name: metadata.version(name) for name in ("torch", "peft", "transformers")}
    return {"llmlingua": own, "node": "none", "onnxruntime": "none", **python}


def _camel(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def _inline(text: str) -> str:
    return re.sub(r"[`|<>\[\]\\*]", "_", " ".join(text.split()))
