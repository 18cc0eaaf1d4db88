"""Pairs of prompt and answer, and which are held out: what `packages/align/src/pairs` does, byte for byte. Reads files."""

from __future__ import annotations

import hashlib
import json
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROLES = ("system", "user", "assistant")
_OPTIONAL = {"id": str, "model": str, "source": str, "finished": bool, "group": str}
# What JavaScript's trim() takes away.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_MOST_BYTES = 64 * 2**20
# Times what was asked to be held out, above which it is said.
_MUCH_MORE = 1.5


@dataclass(frozen=True)
class Pair:
    """`messages`: (role, content), the last one the user's. `finished`: None where it is not known.

    Pairs of one `group` are held out together; None is alone.
    """

    id: str
    messages: tuple[tuple[str, str], ...]
    answer: str
    model: str | None = None
    finished: bool | None = None
    group: str | None = None


@dataclass(frozen=True)
class PairFile:
    """`damaged`: (line from 1, reason). Of a prompt that is there twice, the first answer is kept."""

    path: Path
    sha256: str
    pairs: list[Pair]
    damaged: list[tuple[int, str]]
    duplicates: int
    contradictory: int


class DamagedPairs(Exception):
    """A line that is no pair, a file without one, or a split that leaves nothing."""


def pair_id(messages: Sequence[tuple[str, str]]) -> str:
    said = json.dumps([list(message) for message in messages], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def read_pairs(path: Path, skip_damaged: bool = False) -> PairFile:
    data = path.read_bytes()
    pairs: dict[str, Pair] = {}
    damaged, duplicates, contradictory = [], 0, 0
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            text = line.decode("utf-8").removeprefix("\ufeff") if len(line) <= _MOST_BYTES else None
        except UnicodeDecodeError:
            text = None
        if text is not None and not text.strip(_SPACE):
            continue
        try:
            pair = _pair(text)
        except ValueError as error:
            if not skip_damaged:
                raise DamagedPairs(f"{path}, line {number}: {error}. Mend or remove the line, or give --damaged skip.") from error
            damaged.append((number, str(error)))
            continue
        known = pairs.setdefault(pair.id, pair)
        duplicates += known is not pair and known.answer == pair.answer
        contradictory += known.answer != pair.answer
    if not pairs:
        raise DamagedPairs(f"{path} has no pair. A line is " + '{"messages": [{"role": "user", "content": "…"}], "answer": "…"}.')
    return PairFile(path, hashlib.sha256(data).hexdigest(), list(pairs.values()), damaged, duplicates, contradictory)


def split_pairs(pairs: Sequence[Pair], held_out: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """`(train, held out)`: groups whose hash of seed and name comes first are held out, whole. A share up to 0.5, or a number of pairs.

    A group that would pass the number is left to training; where every group would, the smallest is held out: more than
    was asked for, at most half of the pairs. More than 1.5 times as many is a warning.
    """
    is_share = 0 <= held_out <= 0.5
    if not is_share and not (held_out >= 1 and float(held_out).is_integer()):
        raise DamagedPairs(f"held out is {held_out}; it must be a share from 0 to 0.5 or a whole number of pairs.")
    share = 0 if held_out == 0 else max(1, math.floor(held_out * len(pairs) + 0.5))
    count = share if is_share else int(held_out)
    if count >= len(pairs):
        all_pairs = "is 1 pair" if len(pairs) == 1 else f"are {len(pairs)} pairs"
        raise DamagedPairs(f"There {all_pairs}, and {count} would be held out: none is left to train with.")
    groups = _groups(pairs, seed)
    chosen = _chosen(groups, count)
    if len(chosen) == len(groups):
        raise DamagedPairs(f"The {len(pairs)} pairs are of one group, and none would be left to train with.")
    sides: tuple[list[Pair], list[Pair]] = ([], [])
    for index, group in enumerate(groups):
        sides[index in chosen].extend(group)
    held = len(sides[1])
    if held > _MUCH_MORE * count:
        said = f"Held out are {held} of {len(pairs)} pairs, though {count} were asked for: pairs of one group go together"
        warnings.warn(f"{said}, and the smallest group has {held}. Collect pairs of more groups, or make them smaller.", stacklevel=2)
    return sides


def _groups(pairs: Sequence[Pair], seed: int) -> list[list[Pair]]:
    """Groups, and the pairs in each, in the order of their hashes."""
    order = lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
    named: dict[str, list[Pair]] = {}
    for pair in pairs:
        named.setdefault(pair.id if pair.group is None else pair.group, []).append(pair)
    return [sorted(named[name], key=lambda pair: order(pair.id)) for name in sorted(named, key=order)]


def _chosen(groups: Sequence[Sequence[Pair]], count: int) -> set[int]:
    """Groups of `count` pairs in all, or somewhat fewer; the smallest where every group is larger."""
    chosen: set[int] = set()
    left = count
    for index, group in enumerate(groups):
        if len(group) <= left:
            chosen.add(index)
            left -= len(group)
    if count == 0 or chosen:
        return chosen
    return {min(range(len(groups)), key=lambda index: len(groups[index]))}


def _pair(text: str | None) -> Pair:
    if text is None:
        raise ValueError("it is no UTF-8, or longer than 64 MiB")
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}") from error
    _fields(line, {"messages", "answer"}, set(_OPTIONAL), "")
    for name, kind in _OPTIONAL.items():
        if name in line and type(line[name]) is not kind:
            raise ValueError(f"field {name}: it must be {'true or false' if kind is bool else 'a text'}")
    if not isinstance(line["messages"], list) or not line["messages"]:
        raise ValueError("field messages: it must be a list of messages, at least one")
    messages = tuple(_message(value, f"messages[{index}]") for index, value in enumerate(line["messages"]))
    if messages[-1][0] != "user":
        raise ValueError("field messages: the last message must be the user's")
    own = pair_id(messages)
    if line.get("id", own) != own:
        raise ValueError(f"field id: it is {line['id']}, that of these messages is {own}; leave it out")
    group = _text(line["group"], "group") if "group" in line else None
    return Pair(own, messages, _text(line["answer"], "answer"), line.get("model"), line.get("finished"), group)


def _message(value: object, place: str) -> tuple[str, str]:
    _fields(value, {"role", "content"}, set(), f"field {place}: ")
    if value["role"] not in ROLES:
        raise ValueError(f"field {place}.role: it must be one of {', '.join(ROLES)}")
    return value["role"], _text(value["content"], f"{place}.content")


def _fields(value: object, needed: set[str], allowed: set[str], place: str) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"{place}it must be an object")
    if wrong := sorted((needed - value.keys()) | (value.keys() - needed - allowed)):
        raise ValueError(f"{place}the field {wrong[0]} is {'missing' if wrong[0] in needed else 'not known'}")


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"field {place}: it must be a text")
    if not value.strip(_SPACE):
        raise ValueError(f"field {place}: it is empty")
    return re.sub("[\ud800-\udfff]", "\ufffd", value)
