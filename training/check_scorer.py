"""Holds a scorer folder against log-probabilities of the reference model.

    python training/check_scorer.py --model packages/model-smollm2-135m/model --expected logprobs.json

The file is a list of `{text, ids, logprobs}`, logprobs[0] null. Exits with 1 when ids differ, or when a text's correlation or
error is past the limits given.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from scorer.runtime import compare, open_session, score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with scorer.onnx and tokenizer.json")
    parser.add_argument("--expected", type=Path, required=True, nargs="+")
    parser.add_argument("--cut", type=int, nargs="*", default=[0], help="tokens a call; 0: the whole text (default)")
    parser.add_argument("--min-correlation", type=float, default=0.995)
    parser.add_argument("--max-error", type=float, default=float("inf"), help="nats, at any token")
    arguments = parser.parse_args()
    session = open_session(arguments.model / "scorer.onnx")
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    failed = False
    print("tokens  cut  correlation   mean    max   moved  ids    text")
    for example in (item for path in arguments.expected for item in json.loads(path.read_text("utf-8"))):
        ids = np.array(example["ids"], np.int64)
        expected = np.array(example["logprobs"][1:], np.float64)
        same_ids = same_tokens(tokenizer, example)
        first = None
        for cut in arguments.cut:
            measured = score(session, ids, cut)
            first = measured if first is None else first
            result = compare(measured, expected)
            good = same_ids and result["correlation"] >= arguments.min_correlation and result["max"] <= arguments.max_error
            failed |= not good
            moved = float(np.abs(measured - first).max())
            print(
                f"{len(ids):6} {cut:4}     {result['correlation']:.5f}  {result['mean']:.4f} {result['max']:6.4f}  {moved:.0e}"
                f"  {'same' if same_ids else 'DIFFER'}  {'' if good else 'FAILED '}{example['text'][:32]!r}"
            )
    return int(failed)


def same_tokens(tokenizer: Tokenizer, example: dict) -> bool:
    """Whether the tokenizer gives the ids expected.

    A text cut out of a longer one may end in other tokens than alone (two line ends, say, are one token unless a word
    follows): its last two may differ as long as the ids still spell the text.
    """
    ids = tokenizer.encode(example["text"]).ids
    if ids == example["ids"]:
        return True
    spelled = tokenizer.decode(example["ids"], skip_special_tokens=False)
    return spelled == example["text"] and ids[:-1] == example["ids"][: len(ids) - 1] and len(example["ids"]) <= len(ids) + 1


if __name__ == "__main__":
    sys.exit(main())
