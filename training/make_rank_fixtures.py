"""Writes the tiny encoders that the rankers' tests read, and what PyTorch computes with them.

    python training/make_rank_fixtures.py --out packages/core/fixtures/rank

Two BERTs of random weights (fixed seed): `tiny-encoder` (mean pooling, normalised) and `tiny-cross-encoder` (one label).
Their ONNX graphs come from export_encoder.py, the expected numbers from Hugging Face's BERT in PyTorch.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel

from export_encoder import export

_SEED, _MAX_TOKENS = 7, 32
_SHAPE = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
          "max_position_embeddings": _MAX_TOKENS, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_WORDS = "the first railway opened steam in of and a was is it bananas grow tea when did".split() + list("漢字茶京都")
_QUERY = "When did the first railway open?"
_TEXTS = ["The first railway opened in 1825.", "Bananas grow.", "Tea: 漢字 茶!", "CAFÉ naïve", "x",
          "It was the first of the first and the first of the last. " * 4, "[SEP] 😀 ?", "a " * 200]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    out = parser.parse_args().out
    tokenizer = tiny_tokenizer()
    encoder = _make(out / "tiny-encoder", BertModel, tokenizer, {"architectures": ["BertModel"]})
    _write(out / "tiny-encoder/modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}])
    _write(out / "tiny-encoder/1_Pooling/config.json",
           {"word_embedding_dimension": 16, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True})
    labels = {"architectures": ["BertForSequenceClassification"], "num_labels": 1}
    ranker = _make(out / "tiny-cross-encoder", BertForSequenceClassification, tokenizer, labels)
    tokenizer.enable_truncation(_MAX_TOKENS)
    embeddings = [_embedding(encoder, tokenizer.encode(text)) for text in [_QUERY, *_TEXTS]]
    tokenizer.enable_truncation(_MAX_TOKENS, strategy="only_second")
    logits = [float(_run(ranker, tokenizer.encode(_QUERY, text)).logits[0, 0]) for text in _TEXTS]
    _write(out / "tiny-expected.json", {"query": _QUERY, "texts": _TEXTS, "embeddings": embeddings, "logits": logits})


def tiny_tokenizer() -> Tokenizer:
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    vocabulary = [*_SPECIAL, *letters, *(f"##{letter}" for letter in letters if letter.isalnum()),
                  *(word for word in _WORDS if word not in letters)]
    tokenizer = Tokenizer(models.WordPiece({token: id for id, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.add_special_tokens(_SPECIAL)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def _make(folder: Path, kind: type, tokenizer: Tokenizer, extra: dict) -> torch.nn.Module:
    config = {"model_type": "bert", "vocab_size": tokenizer.get_vocab_size(), **_SHAPE, **extra}
    model = kind(BertConfig(**config)).eval()
    random = np.random.default_rng(_SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(random.normal(0, 0.35, parameter.shape).astype(np.float32)))
    with tempfile.TemporaryDirectory() as scratch:
        weights = {name: value.numpy() for name, value in model.state_dict().items() if "position_ids" not in name}
        save_file(weights, Path(scratch) / "model.safetensors")
        _write(Path(scratch) / "config.json", config)
        (Path(scratch) / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        _write(Path(scratch) / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "model_max_length": _MAX_TOKENS})
        export(Path(scratch), folder)
    return model


def _run(model: torch.nn.Module, encoding):
    with torch.no_grad():
        return model(input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]),
                     attention_mask=torch.tensor([encoding.attention_mask]))


def _embedding(model: torch.nn.Module, encoding) -> list[float]:
    mean = _run(model, encoding).last_hidden_state[0].mean(dim=0)
    return torch.nn.functional.normalize(mean, dim=0).tolist()


def _write(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
