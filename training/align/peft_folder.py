"""What a training leaves behind: a scorer's folder with adapters, or a merged model and, where it can be, its scorer."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from scorer.graph import build_graph
from scorer.manifest import manifest_json
from scorer.recipe import RECIPES
from scorer.weights import Layer, Llama, LlamaConfig

from .adapted_scorer import write_adapted_scorer
from .batch import Tensors
from .packing import scorer_inputs
from .peft_model import MODULES, Tuned
from .shape import PROJECTIONS, BlockShape

_PART_BYTES = 90_000_000
_ADAPTER = "adapter.safetensors"
_GRAPH = "scorer.onnx"
# As packages/core/src/score/onnx/manifest.ts: no root, drive, backslash or `..`.
_OUTSIDE = re.compile(r"^/|^[a-z]:|[\\\0]|(?:^|/)\.\.(?:/|$)", re.IGNORECASE)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_sha256(files: Sequence[tuple[str, str]]) -> str:
    """SHA-256 over `(path, SHA-256)` of a base's files, each on a line, in order."""
    return hashlib.sha256("".join(f"{sha256}  {path}\n" for path, sha256 in files).encode()).hexdigest()


def read_scorer(folder: Path) -> dict:
    """The manifest of an int8 scorer whose files are those that it lists, all of them inside the folder."""
    manifest = json.loads((folder / "scorer.json").read_text("utf-8"))
    if manifest.get("precision") != "int8" or "adapter" in manifest or manifest.get("graph") != _GRAPH:
        raise SystemExit(f"{folder} is no int8 scorer without an adapter: give the base that is to be tuned.")
    listed = [file["path"] for file in manifest["files"]]
    for path in [*listed, manifest["graph"], manifest["tokenizer"]]:
        if not path or _OUTSIDE.search(path):
            raise SystemExit(f"{folder / 'scorer.json'}: {path!r} must be a relative path inside the folder, with / between names.")
        if path not in listed:
            raise SystemExit(f"{folder / 'scorer.json'}: {path!r} is not listed in files.")
    for file in manifest["files"]:
        if sha256_of(folder / file["path"]) != file["sha256"]:
            raise SystemExit(f"{folder / file['path']} is not the file that scorer.json lists: it is damaged.")
    return manifest


def written(out: Path, fill: Callable[[Path], None]) -> None:
    """All or nothing: `fill` gets a folder beside `out`, which then takes its name."""
    temporary = out.with_name(f"{out.name}.new-{uuid.uuid4().hex[:8]}")
    temporary.mkdir(parents=True)
    try:
        fill(temporary)
        if out.exists():
            out.rmdir()
        temporary.rename(out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def check_out(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SystemExit(f"Cannot write to {out}: there is something already. Give a folder that does not exist yet.")


def write_adapted(out: Path, base: Path, manifest: dict, shape: BlockShape, adapters: Sequence[Tensors], scale: float) -> None:
    """As `packages/align/src/folder`: the base's weights, the graph with places for adapters, the adapters, the manifest."""
    copied = [file for file in manifest["files"] if file["path"] != manifest["graph"]]
    for file in copied:
        (out / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(base / file["path"], out / file["path"])
    graph = write_adapted_scorer(base, shape, out).name
    (out / _ADAPTER).write_bytes(save(scorer_inputs([_every(layer, shape) for layer in adapters], scale)))
    own = [{"path": name, "bytes": (out / name).stat().st_size, "sha256": sha256_of(out / name)} for name in (graph, _ADAPTER)]
    changed = {"name": f"{manifest['name']}+aligned-{own[1]['sha256'][:8]}", "base": manifest["name"], "graph": graph, "adapter": _ADAPTER}
    _json(out / "scorer.json", {**manifest, **changed, "files": [*copied, *own]})


def _every(layer: Tensors, shape: BlockShape) -> Tensors:
    """Projections without adapters get some of rank 0."""
    none: Tensors = {}
    for name in PROJECTIONS:
        inputs, outputs = shape.widths[name]
        none |= {f"{name}.a": np.zeros((inputs, 0), np.float32), f"{name}.b": np.zeros((0, outputs), np.float32)}
    return {**none, **layer}


def write_merged(out: Path, base: Path, tuned: Tuned, precision: str, licence: str, sample: Callable[[], list[np.ndarray]]) -> str:
    """`adapter` and `merged` as PEFT and Transformers write them, and the scorer of a Llama. Returns why there is none, or ''."""
    tuned.model.save_pretrained(out / "adapter")
    merged = tuned.model.cpu().float().merge_and_unload()
    merged.save_pretrained(out / "merged")
    for path in base.glob("*token*"):
        shutil.copyfile(path, out / "merged" / path.name)
    config = json.loads((base / "config.json").read_text("utf-8"))
    if obstacle := scorer_obstacle(config):
        return obstacle
    llama = _llama(merged.state_dict(), config)
    recipe = RECIPES[precision]
    graph = build_graph(llama, recipe, sample() if recipe.calibrated else ())
    files = [*graph.save(out, _GRAPH, "weights", _PART_BYTES), "tokenizer.json"]
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    name = base.resolve().name
    whole = files_sha256([(path, sha256_of(out / path)) for path in files])
    about = {"name": f"{name}+aligned-{whole[:8]}", "license": licence, "source": f"{name}, adapters merged", "start_token": _start(out)}
    (out / "scorer.json").write_text(manifest_json(out, llama.config, precision, files, about), encoding="utf-8", newline="\n")
    return ""


def scorer_obstacle(config: dict) -> str:
    """Why the exporter cannot take a model; '' where it can."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if config["model_type"] != "llama":
        return f"it is a {config['model_type']} model, and the exporter takes the llama architecture alone"
    if config.get("attention_bias") or config.get("mlp_bias") or config.get("hidden_act", "silu") != "silu":
        return "its layers have biases, or another activation than SiLU"
    if (rope.get("rope_type") or rope.get("type") or "default") != "default":
        return "its rotary angles are scaled"
    return ""


def _llama(state: dict, config: dict) -> Llama:
    def array(name: str) -> np.ndarray:
        return state[name].double().numpy()

    def layer(index: int) -> Layer:
        place = f"model.layers.{index}"
        part = {name: array(f"{place}.{module}.weight").T for name, module in MODULES.items()}
        return Layer(
            attention_norm=array(f"{place}.input_layernorm.weight"),
            qkv=np.concatenate([part.pop(name) for name in "qkv"], axis=1),
            feed_forward_norm=array(f"{place}.post_attention_layernorm.weight"),
            **part,
        )

    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    embedding = array("model.embed_tokens.weight")
    tied = config.get("tie_word_embeddings", False) or "lm_head.weight" not in state
    return Llama(
        LlamaConfig(
            layers=config["num_hidden_layers"], hidden=hidden, heads=heads,
            kv_heads=config.get("num_key_value_heads") or heads, head_size=config.get("head_dim") or hidden // heads,
            feed_forward=config["intermediate_size"], vocabulary=len(embedding), max_tokens=config["max_position_embeddings"],
            rope_theta=float((config.get("rope_parameters") or {}).get("rope_theta") or config.get("rope_theta") or 10_000.0),
            norm_epsilon=config["rms_norm_eps"],
        ),
        embedding, tuple(layer(index) for index in range(config["num_hidden_layers"])), array("model.norm.weight"),
        head=embedding if tied else array("lm_head.weight"),
    )  # fmt: skip


def _start(folder: Path) -> str:
    added = json.loads((folder / "tokenizer.json").read_text("utf-8"))["added_tokens"]
    return str(next(token["id"] for token in added if token["content"] == "<|endoftext|>"))


def name_of(out: Path, base: str) -> str:
    """That of the scorer in `out`; where there is none, the base's with a mark."""
    path = out / "scorer.json"
    return json.loads(path.read_text("utf-8"))["name"] if path.exists() else f"{base}+aligned"


def write_record(out: Path, record: dict, card: str) -> None:
    _json(out / "training.json", record)
    (out / "README.md").write_text(card, encoding="utf-8", newline="\n")


def _json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
