"""Log-probabilities of the unquantised model: float32 in PyTorch, by Hugging Face's own Llama, from the same GGUF.

    python training/reference.py --from-package --texts training/texts.json --out logprobs.json

`--texts` is a JSON list of strings or of objects with a `text`; `--out` is a list of `{text, ids, logprobs}` as
`check_scorer.py` reads it. Independent of the graph: nothing but the weights is shared.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from scorer.tokenizer import tokenizer_json
from scorer.weights import Llama, packaged_gguf, read_fields, read_gguf


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", type=Path)
    source.add_argument("--from-package", action="store_true")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--max-tokens", type=int, default=512, help="longer texts are cut here")
    arguments = parser.parse_args()
    gguf = packaged_gguf() if arguments.from_package else arguments.gguf
    tokenizer = Tokenizer.from_str(tokenizer_json(read_fields(gguf)))
    model = torch_model(read_gguf(gguf))
    examples = []
    for item in json.loads(arguments.texts.read_text("utf-8")):
        text = item if isinstance(item, str) else item["text"]
        ids = tokenizer.encode(text).ids
        while len(ids) > arguments.max_tokens:
            text = text[: int(len(text) * arguments.max_tokens / len(ids))]
            ids = tokenizer.encode(text).ids
        examples.append({"text": text, "ids": ids, "logprobs": [None, *np.round(logprobs(model, ids), 5).tolist()]})
    arguments.out.write_text(json.dumps(examples, ensure_ascii=False) + "\n", encoding="utf-8")


def logprobs(model: LlamaForCausalLM, ids: list[int]) -> np.ndarray:
    """ln p(ids[i] | ids[..i]) for i = 1 … n - 1."""
    with torch.no_grad():
        every = torch.log_softmax(model(torch.tensor([ids])).logits[0, :-1].double(), dim=-1)
    return every[torch.arange(len(ids) - 1), torch.tensor(ids[1:])].numpy()


def torch_model(model: Llama) -> LlamaForCausalLM:
    """The same weights in Hugging Face's Llama."""
    config = model.config
    reference = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=config.vocabulary,
            hidden_size=config.hidden,
            intermediate_size=config.feed_forward,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            num_key_value_heads=config.kv_heads,
            max_position_embeddings=config.max_tokens,
            rms_norm_eps=config.norm_epsilon,
            rope_parameters={"rope_type": "default", "rope_theta": config.rope_theta},
            tie_word_embeddings=False,
        )
    )
    reference.load_state_dict({name: torch.tensor(value, dtype=torch.float32) for name, value in _state(model).items()})
    return reference.eval()


def _state(model: Llama) -> dict[str, np.ndarray]:
    config = model.config
    query_end = config.heads * config.head_size
    key_end = query_end + config.kv_heads * config.head_size
    state = {"model.embed_tokens.weight": model.embedding, "lm_head.weight": model.head, "model.norm.weight": model.final_norm}
    for index, layer in enumerate(model.layers):
        matrices = {
            "self_attn.q_proj": layer.qkv[:, :query_end],
            "self_attn.k_proj": layer.qkv[:, query_end:key_end],
            "self_attn.v_proj": layer.qkv[:, key_end:],
            "self_attn.o_proj": layer.output,
            "mlp.gate_proj": layer.gate,
            "mlp.up_proj": layer.up,
            "mlp.down_proj": layer.down,
        }
        state |= {f"model.layers.{index}.{name}.weight": weight.T for name, weight in matrices.items()}
        state[f"model.layers.{index}.input_layernorm.weight"] = layer.attention_norm
        state[f"model.layers.{index}.post_attention_layernorm.weight"] = layer.feed_forward_norm
    return state


if __name__ == "__main__":
    main()
