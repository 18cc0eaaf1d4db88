"""The variants of the graph that can be built, by the name that `--precision` takes."""

from __future__ import annotations

from dataclasses import dataclass

from . import linear, quantize


@dataclass(frozen=True)
class Recipe:
    """`down_block`: order of the Hadamard matrices that the graph applies before `down`; 0 for none.

    `calibrated`: whether rounding looks at what the matrices are multiplied with.
    """

    linear: linear.Linear
    rotated: bool = False
    down_block: int = 0
    calibrated: bool = False


_BLOCK = 32
_FIXED = 4.2  # a normed row of 576 stays below 5.1 after the rotation; a little clipping costs less than coarser steps
_SAFE = {"limit": 127, "pair_limit": quantize.PAIR_LIMIT}

RECIPES: dict[str, Recipe] = {
    # The one that ships.
    "int8": Recipe(linear.TokenInt8(clip=None, **_SAFE), rotated=True, down_block=_BLOCK, calibrated=True),
    # Each of these leaves one thing out.
    "int8-fixed-step": Recipe(linear.TokenInt8(clip=_FIXED, **_SAFE), rotated=True, down_block=_BLOCK, calibrated=True),
    "int8-uncalibrated": Recipe(linear.TokenInt8(clip=None, **_SAFE), rotated=True, down_block=_BLOCK),
    "int8-saturating": Recipe(linear.TokenInt8(clip=_FIXED, limit=127), rotated=True, down_block=_BLOCK),
    "int7": Recipe(linear.TokenInt8(clip=_FIXED, limit=63), rotated=True, down_block=_BLOCK),
    # Other ways.
    "float32": Recipe(linear.float32),
    "float32-rotated": Recipe(linear.float32, rotated=True, down_block=_BLOCK),
    "int8-per-call": Recipe(linear.CallInt8(limit=127)),
    "blocks8": Recipe(linear.blocks8),
    "blocks4": Recipe(linear.blocks4),
}
