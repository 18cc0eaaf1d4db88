"""`scorer.json`: what a model folder holds, with the size and SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .weights import LlamaConfig

FORMAT = "llmlingua-scorer/1"


def manifest_json(folder: Path, config: LlamaConfig, precision: str, files: list[str], about: dict[str, str]) -> str:
    """`files`: the graph first, then everything else that a scorer needs. `about`: name, source and licence."""
    document = {
        "format": FORMAT,
        "name": about["name"],
        "graph": files[0],
        "tokenizer": "tokenizer.json",
        "maxTokens": config.max_tokens,
        "layers": config.layers,
        "kvHeads": config.kv_heads,
        "headSize": config.head_size,
        "vocabularySize": config.vocabulary,
        "startToken": int(about["start_token"]),
        "precision": precision,
        "license": about["license"],
        "source": about["source"],
        "files": [_entry(folder, name) for name in files],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(folder: Path, name: str) -> dict[str, str | int]:
    data = (folder / name).read_bytes()
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
