"""Lets the model write the text that its own quantisation is calibrated on: no data set, no licence but the model's.

    python training/sample_calibration.py --from-package --out training/calibration.json

The file is committed: sampling follows the machine's rounding, so another run gives other (equally good) text.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from reference import torch_model
from scorer.tokenizer import tokenizer_json
from scorer.weights import packaged_gguf, read_fields, read_gguf

OPENINGS = """The history of\nOnce upon a time\nDear Sir or Madam,\nQuestion: A farmer has\nimport os\ndef \nfunction \n#include <
package main\nSELECT \n{"id": \n[{"role": "user", "content": "\n<!DOCTYPE html>\n# Introduction\n## Installation\nAbstract.
Meeting notes\nUser: How do I\nAssistant: You can\nStep 1: \nIn 1998, \nAccording to the report,\nThe patient was
Die Stadt\nLe gouvernement\nEl presidente\nIl mare\n今天\n中国\n日本の\n私は\nРоссия\nA cidade\n한국\nالعربية\nभारत
2024-01-05 12:00:01 INFO \nError: \n- \n| Name | Value |\n\\begin{theorem}\nclass \nconst \n$ git \nDocument [1](Title: 
Q: What is\nOnly one of\nWe thank the""".split("\n")
_LENGTH = 192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", type=Path)
    source.add_argument("--from-package", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    gguf = packaged_gguf() if arguments.from_package else arguments.gguf
    tokenizer = Tokenizer.from_str(tokenizer_json(read_fields(gguf)))
    model = torch_model(read_gguf(gguf))
    torch.manual_seed(0)
    texts = [tokenizer.decode(ids, skip_special_tokens=True) for ids in sample(model, [tokenizer.encode(o).ids for o in OPENINGS])]
    arguments.out.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def sample(model: torch.nn.Module, openings: list[list[int]]) -> list[list[int]]:
    """Continues every opening by plain sampling, all side by side."""
    ids = torch.tensor([[opening[0]] for opening in openings])
    cache = None
    with torch.no_grad():
        for position in range(1, _LENGTH):
            output = model(ids[:, -1:], cache=cache, use_cache=True)
            cache = output.past_key_values
            following = torch.multinomial(torch.softmax(output.logits[:, -1], dim=-1), 1)
            for row, opening in enumerate(openings):
                if position < len(opening):
                    following[row, 0] = opening[position]
            ids = torch.cat([ids, following], dim=1)
    return ids.tolist()


if __name__ == "__main__":
    main()
