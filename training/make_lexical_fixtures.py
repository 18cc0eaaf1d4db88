"""Records what Python's rank_bm25 and gzip say of a few texts, for the tests of `bm25` and `gzip`.

    pip install rank_bm25==0.2.2
    python training/make_lexical_fixtures.py --out packages/core/fixtures/rank/lexical.json

The BM25 part is exact on any machine; builds of zlib differ by a few bytes, so the gzip part may.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path

from rank_bm25 import BM25Okapi

_TEXTS = [
    "The first steam railway opened in 1825 between Stockton and Darlington",
    "A railway is a railway is a railway, and the first one of them was short",
    "Bananas grow in the tropics and are eaten raw or fried",
    "In 1804 Richard Trevithick built the first steam locomotive that pulled a train",
    "The capital of France is Paris and the capital of Spain is Madrid",
    "When the line opened in 1830 the Liverpool and Manchester Railway carried passengers by steam",
    "",
    "the the the the the of of of and and and",
    "Gardens open in spring when the first flowers come",
    "Steam rises when water boils  and  two spaces  stand here",
]
_QUERIES = ["When did the first railway open with steam", "the", "Railway railway RAILWAY", "nothing shared zzz"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    fixture = {
        "about": "rank_bm25 0.2.2 BM25Okapi and Python gzip",
        "texts": _TEXTS,
        "bm25": [_bm25(query, count) for count in (1, 2, 3, 10) for query in _QUERIES],
        "gzip": [{"query": query, "distances": [_distance(text, query) for text in _TEXTS]} for query in _QUERIES],
    }
    parser.parse_args().out.write_text(json.dumps(fixture, indent=1, ensure_ascii=False), encoding="utf-8")


def _bm25(query: str, count: int) -> dict:
    def scores(split) -> list[float]:
        return [float(score) for score in BM25Okapi([split(text) for text in _TEXTS[:count]]).get_scores(split(query))]

    return {"query": query, "count": count, "spaces": scores(lambda text: text.split(" ")),
            "folded": scores(lambda text: re.findall(r"\w+", text.lower()))}


def _distance(one: str, other: str) -> float:
    size_one, size_other, joint = (len(gzip.compress(text.encode())) for text in (one, other, f"{one} {other}"))
    return (joint - min(size_one, size_other)) / max(size_one, size_other)


if __name__ == "__main__":
    main()
