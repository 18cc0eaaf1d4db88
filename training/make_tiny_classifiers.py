"""Two tiny LLMLingua-2 checkpoints with random weights, in hub layout, for tests: BERT and XLM-RoBERTa.

    python training/make_tiny_classifiers.py --out FOLDER [--fixtures packages/core/fixtures/llmlingua2]

FOLDER gets what the Python reference loads (`llmlingua-2-tiny-xlm-roberta-large`, `…-bert-base-multilingual-cased`: it
tells the family by these names); the fixtures get `tiny-bert` and `tiny-xlm-roberta` with an ONNX graph instead of the
weights. Vocabularies are trained on `texts.json` beside the fixtures, the seed is fixed, and weights are wide enough
for probabilities to spread over (0, 1). The Unigram tokenizer carries SentencePiece's own nmt_nfkc charsmap and has
the layout of the published xlm-roberta checkpoints.

Needs torch==2.13.0 transformers==4.46.3 sentencepiece onnx.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
from io import BytesIO
from pathlib import Path

import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForTokenClassification,
    BertTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForTokenClassification,
    XLMRobertaTokenizerFast,
)

FIXTURES = Path(__file__).parent.parent / "packages/core/fixtures/llmlingua2"
SHAPE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "num_labels": 2,
    "attn_implementation": "eager",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fixtures", type=Path, default=FIXTURES)
    arguments = parser.parse_args()
    corpus = list(json.loads((FIXTURES / "texts.json").read_text("utf-8"))["corpus"].values())
    bert_tokenizer = wordpiece(corpus)
    bert = BertForTokenClassification(
        BertConfig(vocab_size=len(bert_tokenizer), max_position_embeddings=512, **SHAPE)
    )
    save(bert, bert_tokenizer, arguments, "llmlingua-2-tiny-bert-base-multilingual-cased", "tiny-bert")
    roberta_tokenizer = unigram(corpus)
    roberta = XLMRobertaForTokenClassification(
        XLMRobertaConfig(
            vocab_size=len(roberta_tokenizer),
            max_position_embeddings=514,
            type_vocab_size=1,
            layer_norm_eps=1e-5,
            **SHAPE,
        )
    )
    save(roberta, roberta_tokenizer, arguments, "llmlingua-2-tiny-xlm-roberta-large", "tiny-xlm-roberta")


def wordpiece(corpus: list[str]) -> BertTokenizerFast:
    """A cased multilingual WordPiece tokenizer, set up as bert-base-multilingual-cased is.

    Its training breaks ties by hash order, so a vocabulary that was committed is used again.
    """
    committed = FIXTURES / "tiny-bert/tokenizer.json"
    vocabulary = json.loads(committed.read_text("utf-8"))["model"]["vocab"] if committed.exists() else {}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(
        vocab_size=900, special_tokens=special, limit_alphabet=420, show_progress=False
    )
    if vocabulary:
        tokenizer.add_special_tokens(special)
    else:
        tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = wrapped(tokenizer, "[CLS]", "[SEP]")
    return BertTokenizerFast(tokenizer_object=tokenizer, do_lower_case=False, model_max_length=512)


def unigram(corpus: list[str]) -> XLMRobertaTokenizerFast:
    """A Unigram tokenizer as in the published tokenizer.json files of xlm-roberta."""
    trained = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line for text in corpus for line in text.split("\n")]),
        model_writer=trained,
        model_type="unigram",
        vocab_size=900,
        character_coverage=0.999,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(trained.getvalue())
    pieces = [(piece.piece, round(piece.score, 5)) for piece in proto.pieces[3:]]
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces, ("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = wrapped(tokenizer, "<s>", "</s>")
    assert len(base64.b64encode(proto.normalizer_spec.precompiled_charsmap)) > 300_000
    return XLMRobertaTokenizerFast(tokenizer_object=tokenizer, model_max_length=512)


def wrapped(tokenizer: Tokenizer, start: str, end: str) -> processors.TemplateProcessing:
    special = [(token, tokenizer.token_to_id(token)) for token in (start, end)]
    return processors.TemplateProcessing(single=f"{start} $A {end}", special_tokens=special)


def spread(model: torch.nn.Module) -> None:
    """Random weights under which attention matters and the two logits differ by a few units."""
    generator = torch.Generator().manual_seed(20240319)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "LayerNorm" in name:
                continue
            wide = 1.0 if "embeddings" in name else 0.7 if "classifier" in name else 0.25
            scale = wide if parameter.dim() > 1 else 0.1
            values = torch.randn(parameter.shape, generator=generator) * scale
            # Fewer bits, so that the files pack well and every machine reads the same numbers.
            parameter.copy_((values * 4096).round() / 4096)


def centre(model, ids: list[int]) -> None:
    """Moves the classifier's bias so that half of the tokens are above 0.5."""
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0]
        shift = (logits[:, 1] - logits[:, 0]).median()
        model.classifier.bias[0] += (shift * 4096).round() / 4096


def save(model, tokenizer, arguments: argparse.Namespace, name: str, fixture: str) -> None:
    spread(model)
    model.eval()
    text = json.loads((FIXTURES / "texts.json").read_text("utf-8"))["corpus"]["en"]
    centre(model, tokenizer.encode(text))
    folder = arguments.out / name
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    target = arguments.fixtures / fixture
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    for file in ("config.json", "tokenizer_config.json"):
        shutil.copy(folder / file, target / file)
    compact = json.dumps(json.loads((folder / "tokenizer.json").read_text("utf-8")), ensure_ascii=False)
    (target / "tokenizer.json").write_text(compact + "\n", encoding="utf-8")
    export(model, target / "onnx/model.onnx")


def export(model, path: Path) -> None:
    """The graph as optimum exports it: input_ids, attention_mask (, token_type_ids) → logits."""
    names = ["input_ids", "attention_mask"]
    inputs = [torch.ones(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long)]
    if model.config.model_type == "bert":
        names.append("token_type_ids")
        inputs.append(torch.zeros(2, 7, dtype=torch.long))
    axes = {0: "batch_size", 1: "sequence_length"}
    torch.onnx.export(
        model,
        tuple(inputs),
        path,
        input_names=names,
        output_names=["logits"],
        dynamic_axes={name: axes for name in [*names, "logits"]},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
