"""Base models as Hugging Face Llamas with PEFT's adapters, and their loss.

The embedded scorer's weights are its integers times their scales, in its rotated basis: the norms are ones, the
rotary tables are the scorer's, and its Hadamard blocks stand before `down`. So PEFT's A and B, transposed, are the
adapter's `a` and `b`, and the gradients are those of the training graphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from torch.nn import functional
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from scorer.hadamard import hadamard

from .batch import Batch, Tensors
from .peft_encode import Encoded
from .shape import BlockShape
from .shipped import Shipped

MODULES = {
    "q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "output": "self_attn.o_proj",
    "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj",
}  # fmt: skip
_HEAD_ROWS = 1024


class _Tables(nn.Module):
    """Rotary angles as the scorer has them: cos and sin [positions, half a head]."""

    def __init__(self, cos: np.ndarray, sin: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("cos", torch.tensor(np.tile(cos, 2)), persistent=False)
        self.register_buffer("sin", torch.tensor(np.tile(sin, 2)), persistent=False)

    def forward(self, x: torch.Tensor, position_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.cos[position_ids].to(x.dtype), self.sin[position_ids].to(x.dtype)


class _TurnedMlp(nn.Module):
    """Llama's feed-forward part, its inner values turned by Hadamard blocks before `down_proj`.

    `signs`: the blocks' entries as ±1, which bfloat16 holds exactly, too.
    """

    def __init__(self, mlp: nn.Module, signs: torch.Tensor) -> None:
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = mlp.gate_proj, mlp.up_proj, mlp.down_proj
        self.register_buffer("signs", signs, persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = functional.silu(self.gate_proj(x)) * self.up_proj(x)
        blocks = inner.view(*inner.shape[:-1], -1, len(self.signs)) @ self.signs
        return self.down_proj(blocks.view(inner.shape) / len(self.signs) ** 0.5)


def scorer_llama(shipped: Shipped, shape: BlockShape) -> LlamaForCausalLM:
    """The scorer without its rounding of activations, float32, on the CPU."""
    head = shipped.ends["head.rows"].astype(np.float32) * shipped.ends["head.scales"]
    config = LlamaConfig(
        vocab_size=len(head), hidden_size=shape.hidden, intermediate_size=shape.feed_forward,
        num_hidden_layers=len(shipped.layers), num_attention_heads=shape.heads, num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_size, rms_norm_eps=shape.norm_epsilon, max_position_embeddings=len(shipped.ends["cos"]),
        tie_word_embeddings=False, use_cache=False,
    )  # fmt: skip
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    state = {name: torch.from_numpy(np.array(value)) for name, value in _state(shipped, shape, head)}
    model.load_state_dict(state, strict=True, assign=True)
    model.model.rotary_emb = _Tables(shipped.ends["cos"], shipped.ends["sin"])
    signs = torch.tensor(np.sign(hadamard(shape.down_block)), dtype=torch.float32)
    for layer in model.model.layers:
        layer.mlp = _TurnedMlp(layer.mlp, signs)
        layer.self_attn.rotary_emb = None  # transformers before 4.48 keep one here, unused
    return model


def _state(shipped: Shipped, shape: BlockShape, head: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    ones = np.ones(shape.hidden, np.float32)
    yield "model.embed_tokens.weight", head @ shipped.ends["embedding.map"].astype(np.float32)
    yield "lm_head.weight", head
    yield "model.norm.weight", ones
    cuts = np.cumsum([shape.widths[name][1] for name in "qk"])
    for index, layer in enumerate(shipped.layers):
        place = f"model.layers.{index}"
        whole = {name: layer[f"{name}.weight"] * layer[f"{name}.scale"] for name in ("qkv", "output", "gate", "up", "down")}
        parts = dict(zip("qkv", np.split(whole.pop("qkv"), cuts, axis=1)), **whole)
        for name, value in parts.items():
            yield f"{place}.{MODULES[name]}.weight", np.ascontiguousarray(value.T, np.float32)
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield f"{place}.{norm}.weight", ones


def folder_llama(folder: Path, dtype: torch.dtype) -> nn.Module:
    """A causal model of a local folder (config.json, safetensors); nothing is downloaded, no code of its own is run."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True, use_safetensors=True)


@dataclass(frozen=True)
class Tuned:
    """A model with adapters; all of them float32, whatever the base is."""

    model: PeftModel
    projections: Sequence[str]

    @property
    def layers(self) -> Sequence[nn.Module]:
        return self.model.base_model.model.model.layers

    def pairs(self) -> Iterator[tuple[int, str, nn.Parameter, nn.Parameter]]:
        """`(layer, projection, A [rank, in], B [out, rank])`."""
        for index, layer in enumerate(self.layers):
            for name in self.projections:
                module = layer.get_submodule(MODULES[name])
                yield index, name, module.lora_A["default"].weight, module.lora_B["default"].weight

    def widths(self) -> dict[str, tuple[int, int]]:
        return {name: (a.shape[1], b.shape[0]) for index, name, a, b in self.pairs() if index == 0}

    def adapters(self) -> list[Tensors]:
        """As the training graphs take them: `P.a` [in, rank], `P.b` [rank, out] of each layer."""
        return self._read(lambda parameter: parameter)

    def gradients(self) -> list[Tensors]:
        return self._read(lambda parameter: parameter.grad)

    def _read(self, value) -> list[Tensors]:
        found: list[Tensors] = [{} for _ in self.layers]
        for index, name, a, b in self.pairs():
            for part, parameter in (("a", a), ("b", b)):
                found[index][f"{name}.{part}"] = value(parameter).detach().float().cpu().numpy().T.copy()
        return found

    def set_adapters(self, adapters: Sequence[Tensors]) -> None:
        with torch.no_grad():
            for index, name, a, b in self.pairs():
                a.copy_(torch.from_numpy(adapters[index][f"{name}.a"].T))
                b.copy_(torch.from_numpy(adapters[index][f"{name}.b"].T))

    def loss(self, batch: Batch) -> torch.Tensor:
        """−Σ weights · logprobs; the head sees only the rows that have a weight."""
        causal, device = self.model.base_model.model, self.model.device
        at = tuple(torch.from_numpy(index).to(device) for index in np.nonzero(batch.weights))
        ids, targets, weights = (torch.from_numpy(value).to(device) for value in (batch.ids, batch.targets, batch.weights))
        rows = causal.model(input_ids=ids, use_cache=False).last_hidden_state[at]
        parts = zip(rows.split(_HEAD_ROWS), targets[at].split(_HEAD_ROWS), weights[at].split(_HEAD_ROWS))
        return sum((functional.cross_entropy(causal.lm_head(x).float(), y, reduction="none") * w).sum() for x, y, w in parts)


def tuned(model: nn.Module, rank: int, alpha: float, projections: Sequence[str]) -> Tuned:
    names = [MODULES[name].split(".")[1] for name in projections]
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=names, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM")
    return Tuned(get_peft_model(model, config), projections)


def batch_of(pairs: Sequence[Encoded], weight: float | None = None) -> Batch:
    """Padded on the right; every token of the answers has the weight, by default that of their mean."""
    length = max(len(pair.ids) for pair in pairs) - 1
    weight = 1 / sum(pair.answer_tokens for pair in pairs) if weight is None else weight
    ids, targets, weights = (np.zeros((len(pairs), length), kind) for kind in (np.int64, np.int64, np.float32))
    for row, pair in enumerate(pairs):
        size = len(pair.ids) - 1
        ids[row, :size] = pair.ids[:-1]
        targets[row, pair.start - 1 : size] = pair.ids[pair.start :]
        weights[row, pair.start - 1 : size] = weight
    return Batch(ids, targets, weights)
