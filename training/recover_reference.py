"""Vectors of `PromptCompressor.recover` as the Python reference computes them.

    pip download --no-deps llmlingua==0.2.2 && python -m zipfile -e llmlingua-0.2.2-py3-none-any.whl .
    python training/recover_reference.py --source llmlingua/prompt_compressor.py \
        --out packages/core/fixtures/recover/llmlingua-0.2.2.json

Needs only `tokenizers`. The method itself is run, unchanged: it is cut out of the module's syntax tree, so that
neither torch nor a model is loaded, and given a `self` with nothing but a tokenizer (the byte-level BPE that the
package's own tests use). A vector is `{original, compressed, response, recovered}`, or `error` in place of
`recovered` where the reference fails.
"""

from __future__ import annotations

import argparse
import ast
import bisect
import json
import random
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parent.parent
TOKENIZER = ROOT / "packages/core/src/tokens/tiny-tokenizer.json"

FIXED = [
    ("the quick brown fox jumps over the lazy dog", "quick fox jumps lazy dog", "The fox jumps lazy dog did it."),
    ("a b c d e f g h i j k l m n a c", "a c", "a c"),
    ("a 1 2 3 4 5 6 7 8 9 b, then a b", "a b", "say a b now"),
    ("no match here", "no here", "something else"),
    ("the dog", "the dog", ""),
    ("the dog", "the dog", "the  dog"),
    ("the dog", "the dog", " the dog "),
    ("the dog\nand the fox", "dog\nfox", "dog\nfox and\nmore"),
    ("d\u00e9j\u00e0 vu caf\u00e9 na\u00efve \u4e16\u754c\u548c\u5e73 \u3053\u3093", "d\u00e9j\u00e0 caf\u00e9 \u4e16\u5e73", "caf\u00e9 \u4e16\u5e73 d\u00e9j\u00e0 caf\u00e9"),
    ("\U0001f469\u200d\U0001f469\u200d\U0001f467 family \U0001f44d ok", "\U0001f469 \U0001f44d", "\U0001f44d ok"),
    ("", "x", "x"),
    ("", "", "x y"),
    ("12 and 34 and 56", "12 34 56", "12 34 56, 34 56"),
]
WORDS = "the quick brown fox jumps over lazy dog keeps what could have guessed and 12 3.5 caf\u00e9 \u4e16\u754c model. not,".split()


def reference_recover(source: Path):
    """The method, compiled alone."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == "recover":
            for argument in node.args.args:
                argument.annotation = None
            module = ast.fix_missing_locations(ast.Module([node], []))
            scope = {"bisect": bisect, "defaultdict": defaultdict}
            exec(compile(module, str(source), "exec"), scope)  # noqa: S102 - the published package's own code
            return scope["recover"]
    raise SystemExit(f"{source} has no method recover")


class HuggingFaceLike:
    """The two calls that `recover` makes."""

    def __init__(self, path: Path):
        self.inner = Tokenizer.from_file(str(path))

    def __call__(self, text: str, add_special_tokens: bool):
        return {"input_ids": self.inner.encode(text, add_special_tokens=add_special_tokens).ids}

    def decode(self, ids):
        return self.inner.decode(ids, skip_special_tokens=False)


def random_case(draw: random.Random):
    original = [draw.choice(WORDS) for _ in range(draw.randint(5, 120))]
    rate = draw.uniform(0.2, 0.9)
    compressed = [word for word in original if draw.random() < rate] or original[:1]
    response: list[str] = []
    for _ in range(draw.randint(1, 6)):
        start = draw.randrange(len(compressed))
        response += compressed[start : start + draw.randint(1, 12)]
        response += draw.choices(["Thus", "the", "answer\nis", "zebra", "fox."], k=draw.randint(0, 2))
    return " ".join(original), " ".join(compressed), " ".join(response)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    recover = reference_recover(arguments.source)
    this = SimpleNamespace(tokenizer=HuggingFaceLike(TOKENIZER))
    draw = random.Random(7)
    vectors = []
    for original, compressed, response in FIXED + [random_case(draw) for _ in range(120)]:
        vector = {"original": original, "compressed": compressed, "response": response}
        try:
            vector["recovered"] = recover(this, original, compressed, response)
        except IndexError as error:
            vector["error"] = f"IndexError: {error}"
        vectors.append(vector)
    file = {
        "kind": "recover",
        "source": "llmlingua 0.2.2, PromptCompressor.recover, run by training/recover_reference.py",
        "tokenizer": "packages/core/src/tokens/tiny-tokenizer.json",
        "vectors": vectors,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(file, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(vectors)} vectors, {sum('error' in vector for vector in vectors)} errors -> {arguments.out}")


if __name__ == "__main__":
    main()
