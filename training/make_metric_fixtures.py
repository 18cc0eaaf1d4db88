"""Writes what the tests of packages/eval/src/metrics compare with: scores of the Python programs that set the standard.

    python training/make_metric_fixtures.py --out packages/eval/fixtures/metrics
    python training/make_metric_fixtures.py --encoder FOLDER --layers 6 --out out/metrics

`rules.json` holds the rules of bench/target/evaluate.py, taken from that file; `words.json` SQuAD's token F1; `stems.json`
NLTK's Porter stemmer; `overlap.json` rouge-score and sacrebleu; `bertscore.json` bert-score over the tiny encoder of
make_rank_fixtures.py, or, with `--encoder`, over another BERT (then that file alone is written). All texts are in
metric_texts.py. Needs rouge-score 0.1.2, sacrebleu 2, bert-score 0.3.13, torch, transformers 4.46, onnx, safetensors.
"""

from __future__ import annotations

import argparse
import ast
import collections
import json
import re
import string
import tempfile
from pathlib import Path

from metric_texts import RULE_TEXTS, WORD_PAIRS, stem_words, text_pairs

_EVALUATE = Path(__file__).parent.parent / "bench/target/evaluate.py"
_RULES = {"gsm8k": {"em": "gsm8k", "em_any": "gsm8k-any", "em_last": "gsm8k-last"},
          "bbh": {"em": "bbh", "em_any": "bbh-any"},
          "subspan": {"em": "subspan", "em_any": "subspan-any"}}
_CJK = re.compile(r"[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CJK_PUNCTUATION = set("！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--encoder", type=Path, help="folder of a BERT in the layout of the hub; default the tiny one")
    parser.add_argument("--layers", type=int, default=2, help="layers of --encoder")
    arguments = parser.parse_args()
    out = arguments.out
    if arguments.encoder is not None:
        _write(out / "bertscore.json", bert_scores(arguments.encoder, arguments.layers))
        return
    _write(out / "rules.json", rule_scores())
    _write(out / "words.json", [{"answer": a, "answers": r, "exact": max(map(float, (_squad(a) == _squad(x) for x in r))),
                                 "f1": max(_f1(a, x) for x in r)} for a, r in WORD_PAIRS])
    _write(out / "stems.json", stems())
    _write(out / "overlap.json", overlap_scores())
    with tempfile.TemporaryDirectory() as scratch:
        _write(out / "bertscore.json", bert_scores(tiny_encoder(Path(scratch)), 2))


def rule_scores() -> list[dict]:
    """Scores of the rules in evaluate.py, without what it imports."""
    wanted = {"NUMBER", "last_number", "boxed_number", "normalized", "score_gsm8k", "score_bbh", "score_subspan", "SCORES"}
    parts = [node for node in ast.parse(_EVALUATE.read_text("utf-8")).body
             if getattr(node, "name", None) in wanted
             or isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in wanted]
    space = {"re": re, "string": string}
    exec(compile(ast.Module(parts, []), str(_EVALUATE), "exec"), space)
    return [{"metric": rule, "answer": answer, "answers": answers,
             "scores": {_RULES[rule][name]: int(value) for name, value in space["SCORES"][rule](answer, answers).items()}}
            for rule, answer, answers in RULE_TEXTS]


def _squad(text: str) -> str:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def _f1(answer: str, reference: str) -> float:
    got, want = (_tokens(text, bool(_CJK.search(reference))) for text in (answer, reference))
    if not got or not want:
        return float(got == want)
    same = sum((collections.Counter(got) & collections.Counter(want)).values())
    precision, recall = same / len(got), same / len(want)
    return 2 * precision * recall / (precision + recall) if same else 0.0


def _tokens(text: str, cjk: bool) -> list[str]:
    if not cjk:
        return _squad(text).split()
    kept = "".join(c for c in text.lower() if c not in string.punctuation and c not in _CJK_PUNCTUATION)
    return [token for token in re.split(f"({_CJK.pattern})|\\s+", kept) if token]


def stems() -> dict[str, str]:
    from nltk.stem.porter import PorterStemmer

    stemmer = PorterStemmer()
    return {word: stemmer.stem(word) for word in stem_words()}


def overlap_scores() -> dict:
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    pairs = []
    for answer, references in text_pairs():
        found = scorer.score_multi(references, answer)
        pairs.append({"answer": answer, "answers": references, "scores": {
            **{name: float(found[key].fmeasure) for name, key in (("rouge-1", "rouge1"), ("rouge-2", "rouge2"), ("rouge-l", "rougeL"))},
            "bleu": sacrebleu.sentence_bleu(answer, references).score / 100}})
    most = max(len(pair["answers"]) for pair in pairs)
    columns = [[(pair["answers"] + [None] * most)[index] for pair in pairs] for index in range(most)]
    corpus = sacrebleu.corpus_bleu([pair["answer"] for pair in pairs], columns).score / 100
    short = sacrebleu.corpus_bleu(["yes", "no way"], [["yes", "no"]]).score / 100
    return {"pairs": pairs, "corpusBleu": corpus, "shortCorpusBleu": short}


def bert_scores(model: Path, layers: int) -> list[dict]:
    """F1 of bert-score, one pair a batch: padding can count as a cosine of 0 there."""
    from bert_score import score

    answers, references = zip(*((answer, reference) for answer, list_of in text_pairs() for reference in list_of))
    values = score(list(answers), list(references), model_type=str(model), num_layers=layers, idf=False, batch_size=1,
                   device="cpu", use_fast_tokenizer=True)[2].tolist()
    return [{"answer": a, "answers": [r], "bertscore": value} for a, r, value in zip(answers, references, values)]


def tiny_encoder(folder: Path) -> Path:
    from make_rank_fixtures import _MAX_TOKENS, _make, tiny_tokenizer
    from transformers import BertModel, BertTokenizerFast

    tokenizer = tiny_tokenizer()
    _make(folder / "graph", BertModel, tokenizer, {"architectures": ["BertModel"]}).save_pretrained(folder / "model")
    BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=_MAX_TOKENS).save_pretrained(folder / "model")
    return folder / "model"


def _write(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
