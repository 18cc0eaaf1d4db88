"""Writes what the Python reference (llmlingua==0.2.2) offers: methods, parameters, defaults, result keys, rank methods, …

    pip download --no-deps llmlingua==0.2.2 -d FOLDER
    python training/parity_reference.py FOLDER/llmlingua-0.2.2-py3-none-any.whl \\
      --out packages/core/fixtures/parity/llmlingua-0.2.2.json

Everything is read from the source by `ast`; nothing of it is imported or run, so only Python 3.9 or later is needed.
PARITY.md has a row for every entry; packages/core/src/compat/parity.test.ts holds that.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import zipfile
from pathlib import Path

COMPRESSOR, UTILS = "llmlingua/prompt_compressor.py", "llmlingua/utils.py"
# Parameters that take one of a few words, by the names under which the source compares them.
CHOICES = {
    "condition_in_question": ["condition_in_question", "condition_mode"],
    "reorder_context": ["reorder_context"],
    "token_to_word": ["token_to_word", "convert_mode"],
}
CONFIGS = ["model_config", "open_api_config"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.wheel) as wheel:
        compressor, utils = (ast.parse(wheel.read(name)) for name in (COMPRESSOR, UTILS))
    body = next(node for node in compressor.body if isinstance(node, ast.ClassDef) and node.name == "PromptCompressor").body
    methods = {node.name: node for node in body if isinstance(node, ast.FunctionDef) and is_public(node.name)}
    fixture = {
        "package": "-".join(arguments.wheel.name.split("-")[:2]),
        "madeBy": "training/parity_reference.py",
        "methods": {name: parameters(method) for name, method in methods.items()},
        "resultKeys": {name: keys for name in methods if (keys := result_keys(methods[name]))},
        "rankMethods": compared(methods["get_rank_results"], ["rank_method"]),
        "choices": {name: compared(compressor, names) for name, names in CHOICES.items()},
        "configKeys": {name: config_keys(compressor, name) for name in CONFIGS},
        "jsonConfigKeys": json_config_keys(utils),
        "jsonValueTypes": compared(utils, ["value_type"]),
        "tagAttributes": tag_attributes(methods["segment_structured_context"]),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(fixture, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def is_public(name: str) -> bool:
    return not name.startswith("_") or name in ("__init__", "__call__")


def parameters(method: ast.FunctionDef) -> dict[str, str | None]:
    """Name → default as written in Python; null where there is none."""
    given = method.args.args[1:]
    defaults = [None] * (len(given) - len(method.args.defaults)) + [ast.unparse(value) for value in method.args.defaults]
    found = {argument.arg: default for argument, default in zip(given, defaults)}
    for star, argument in (("*", method.args.vararg), ("**", method.args.kwarg)):
        if argument is not None:
            found[star + argument.arg] = None
    return found


def result_keys(method: ast.FunctionDef) -> list[str]:
    """Keys of the dictionaries that hold a `compressed_prompt`, and those set on `res` later."""
    keys: list[str] = []
    for node in ast.walk(method):
        if isinstance(node, ast.Dict):
            own = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            keys += own if "compressed_prompt" in own else []
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript) and name_of(node.targets[0].value) == "res":
            keys.append(node.targets[0].slice.value)
    return unique(keys)


def compared(tree: ast.AST, names: list[str]) -> list[str]:
    """Strings that a variable is compared with (`==`, `!=`, `in` a list), or searched for in it."""
    found: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        left, right = node.left, node.comparators[0]
        if name_of(left) in names:
            found += [one.value for one in ast.walk(right) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        elif name_of(right) in names and isinstance(left, ast.Constant):
            found.append(left.value)
    return unique(found)


def config_keys(tree: ast.AST, config: str) -> list[str]:
    """Keys that are read of a dictionary by `get` or `pop`."""
    keys = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("get", "pop")
        and (name_of(node.func.value) == config or getattr(node.func.value, "attr", None) == config)
    ]
    return unique(keys)


def json_config_keys(tree: ast.AST) -> list[str]:
    """`json_config[k]["…"]`."""
    keys = [
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.value, ast.Subscript)
        and name_of(node.value.value) == "json_config"
    ]
    return unique(keys)


def tag_attributes(method: ast.FunctionDef) -> list[str]:
    """Names before `=` in the regular expression that reads tags."""
    patterns = [
        node.value.value
        for node in ast.walk(method)
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "pattern" and isinstance(node.value, ast.Constant)
    ]
    return unique([name for pattern in patterns for name in re.findall(r"(\w+)\\s\*=", pattern)])


def name_of(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


if __name__ == "__main__":
    main()
