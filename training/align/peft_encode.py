"""A pair as the tokens that the small model reads: what `packages/align/src/encode` does. Pure.

Other than there, a run of more than 4,096 characters without a place to cut is not read in pieces.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tokenizers import Tokenizer

from .peft_pairs import Pair

TEMPLATES = ("plain", "chatml")
_BLANK_LINE = "\n\n"
_SYSTEM = ("system", "You are a helpful AI assistant named SmolLM, trained by Hugging Face")
_MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_OWN = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_LETTERS = [chr(byte) if byte in _OWN else "" for byte in range(256)]  # byte → character, as GPT-2 writes it
for _byte in range(256):
    _LETTERS[_byte] = _LETTERS[_byte] or chr(0x100 + sum(byte not in _OWN for byte in range(_byte)))


@dataclass(frozen=True)
class Encoded:
    """`start`: index of the answer's first token, at least 1. `cut`: none, prompt, answer or both."""

    ids: list[int]
    start: int
    cut: str

    @property
    def answer_tokens(self) -> int:
        return len(self.ids) - self.start


class PairEncoder:
    """`text`: a byte-level BPE `tokenizer.json` without a normalizer."""

    def __init__(self, text: str, template: str, max_tokens: int) -> None:
        document = json.loads(text)
        vocabulary = document["model"].get("vocab")
        if document["model"]["type"] != "BPE" or document.get("normalizer") or not isinstance(vocabulary, dict):
            raise SystemExit("The tokenizer is no byte-level BPE without a normalizer, which scorers need.")
        self._tokenizer = Tokenizer.from_str(text)
        self._bytes = {index: len(token) for token, index in vocabulary.items()}
        self._bytes |= {added["id"]: len(added["content"].encode()) for added in document["added_tokens"]}
        self._missing = _missing(vocabulary)
        marks = [self._tokenizer.token_to_id(mark) for mark in _MARKS]
        needed = marks[:1] if template == "plain" else marks[1:]
        if None in needed:
            raise SystemExit(f"The tokenizer lacks {_MARKS}, which the template {template} needs.")
        self._end_of_text, self._message_start, self._message_end = marks
        self._whole = self._plain if template == "plain" else self._chatml
        self._max_tokens = max_tokens

    def encode(self, pair: Pair) -> Encoded:
        """Where it is longer than the window, the prompt loses its beginning, down to half of the window; then the answer its end."""
        start, prompt, answer, end = self._whole(pair)
        closed = answer + ([] if pair.finished is False else end)
        room = self._max_tokens - len(start)
        answer_room = max((self._max_tokens + 1) // 2, room - len(prompt))
        said = closed if len(closed) <= answer_room else answer[:answer_room]
        asked = prompt[max(0, len(prompt) - (room - len(said))) :]
        cuts = len(asked) < len(prompt), len(said) < len(closed)
        cut = {(False, False): "none", (True, False): "prompt", (False, True): "answer", (True, True): "both"}[cuts]
        return Encoded([*start, *asked, *said], len(start) + len(asked), cut)

    def _plain(self, pair: Pair) -> tuple[list[int], ...]:
        prompt, answer = self._split("".join(content + _BLANK_LINE for _, content in pair.messages), pair.answer)
        return [self._end_of_text], prompt, answer, [self._end_of_text]

    def _chatml(self, pair: Pair) -> tuple[list[int], ...]:
        messages = pair.messages if pair.messages[0][0] == "system" else (_SYSTEM, *pair.messages)
        turns: list[int] = []
        for role, content in messages:
            turns += [self._message_start, *self._ids(f"{role}\n{content}"), self._message_end, *self._ids("\n")]
        prompt, answer = self._split("assistant\n", pair.answer)
        return [], [*turns, self._message_start, *prompt], answer, [self._message_end]

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(self._spellable(text), add_special_tokens=False).ids

    def _spellable(self, text: str) -> str:
        """Characters that the vocabulary has no bytes for become replacement characters."""
        if self._missing is None:
            return text
        return self._missing.sub(lambda found: "\ufffd" if ord(found[0]) < 0x10000 else "\U000ffffd", text)

    def _split(self, before: str, text: str) -> tuple[list[int], list[int]]:
        """Tokens of `before + text`; a token that reaches into `text` belongs to it."""
        ids = self._ids(before + text)
        left, at = len(self._spellable(before).encode()), 0
        while at < len(ids) and (left := left - self._bytes[ids[at]]) >= 0:
            at += 1
        return ids[:at], ids[at:]


def _missing(vocabulary: dict[str, int]) -> re.Pattern[str] | None:
    ranges = filter(None, (_range(byte) for byte, letter in enumerate(_LETTERS) if letter not in vocabulary))
    found = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return re.compile(f"[{found}]") if found else None


def _range(byte: int) -> tuple[int, int] | None:
    """The characters whose UTF-8 begins with `byte`."""
    if byte < 0x80:
        return byte, byte
    if 0xC2 <= byte < 0xE0:
        return (byte & 0x1F) << 6, ((byte & 0x1F) << 6) + 0x3F
    if 0xE0 <= byte < 0xF0:
        return (byte & 0x0F) << 12, ((byte & 0x0F) << 12) + 0xFFF
    if 0xF0 <= byte < 0xF5:
        return (byte & 0x07) << 18, min(((byte & 0x07) << 18) + 0x3FFFF, 0x10FFFF)
    return None
