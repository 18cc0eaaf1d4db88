#!/usr/bin/env python3
"""Measure prompts on a real target model: a Qwen2-family model read from a GGUF file, in plain PyTorch.

Input is JSON lines, one prompt of one condition of one item:
    {task, cond, id, prefix, suffix, gold, rule, answers, max_new, cl100k_tokens, origin_tokens}
The prompt is prefix + suffix, tokenised as two pieces. For each row it measures the negative
log-likelihood (NLL) of `gold` after the prompt and, unless rule is "none", greedy generation scored by `rule`.

    evaluate.py --rows 'rows/*.jsonl.gz' --gguf target.gguf --out out.jsonl.gz [--shard 0/2] [--merge 2000]
    evaluate.py summarize out*.jsonl.gz --base default@179 [--pairs paper@179:truncate@179 ...] [--half 0] [--ids odd]

Rows that share a long prefix keep its keys and values once; all other rows are whole prompts in one
right-padded batch. One prefill gives both the NLL and the first token of the generation; decoding
replays a CUDA graph where that works. The output grows by one gzip member per batch, so a cut run
stays readable, and a run into an existing file skips the rows which that file already has.

Scores:  gsm8k   em = last number up to the line with "answer is", of the whole text where there is none; em_last = last number of the text;
                 em_any = first of the "answer is" line and \\boxed{}, else the last number before a code block
         bbh     em = text after the last "the answer is"; em_any = the answer within that text (or the last line)
         subspan em = an answer within the first line; em_any = an answer within the whole text
Needs torch, numpy, gguf and tokenizers.
"""
import argparse
import collections
import glob
import gzip
import hashlib
import json
import math
import mmap
import os
import re
import string
import struct
import sys
import time
import zlib
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize as gguf_dequantize

QWEN2_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
END_TOKENS = ("<|im_end|>", "<|endoftext|>")
DEQUANTISE_STEP = 1 << 20  # numbers dequantised at once
CACHE_STEP = 64     # attended cache lengths are multiples of this, so that a captured step serves many tokens
MAX_NEW = dict(gsm8k=320, bbh=320, subspan=64, none=0)  # where a row has no max_new
COMPACT_EVERY = 16  # decoding steps between two removals of finished rows


# ------------------------------------------------------------------------------- GGUF files

GGUF_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
GGUF_STRING, GGUF_ARRAY = 8, 9


@dataclass
class GgufTensor:
    name: str
    kind: GGMLQuantizationType
    shape: tuple
    raw: np.ndarray  # its bytes


class GgufFile:
    """Metadata and tensors of a little-endian GGUF file; gguf.GGUFReader takes seconds for a big vocabulary."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY)  # writable, as torch wants its arrays
        self.at = 0
        magic, version, tensors, fields = self.take("4sIQQ")
        if magic != b"GGUF" or version not in (2, 3):
            raise SystemExit(f"{path} is not a little-endian GGUF file of version 2 or 3")
        self.meta = {}
        for _ in range(fields):
            name = self.string()
            self.meta[name] = self.value(*self.take("I"))
        heads = [self.tensor_head() for _ in range(tensors)]
        start = self.at + -self.at % self.meta.get("general.alignment", 32)
        self.tensors = [self.tensor(start, *h) for h in heads]

    def take(self, layout):
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def string(self):
        size, = self.take("Q")
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def value(self, kind):
        if kind == GGUF_STRING:
            return self.string()
        if kind != GGUF_ARRAY:
            return self.take(GGUF_NUMBERS[kind])[0]
        kind, size = self.take("IQ")
        if kind in GGUF_NUMBERS:
            return self.take(f"{size}{GGUF_NUMBERS[kind]}")
        return [self.value(kind) for _ in range(size)]

    def tensor_head(self):
        name = self.string()
        shape = self.take("{}Q".format(*self.take("I")))[::-1]
        return name, shape, *self.take("IQ")

    def tensor(self, start, name, shape, kind, offset):
        kind = GGMLQuantizationType(kind)
        elements, size = GGML_QUANT_SIZES[kind]
        raw = np.frombuffer(self.data, np.uint8, math.prod(shape) // elements * size, start + offset)
        return GgufTensor(name, kind, shape, raw)


# Dequantisation of blocks [n, bytes] to float32 [n, ..]; the products are those of gguf.quants, bit for bit.

def half(b):
    """Float16 numbers [n, 1] from byte pairs [n, 2]."""
    return b.view(torch.float16).float()


def bits(b, width, dim):
    """The bit fields of the bytes, lowest first, along a new dimension."""
    return torch.stack([b >> i & (1 << width) - 1 for i in range(0, 8, width)], dim)


def q8_0(b):
    """32 numbers: float16 scale, 32 x int8."""
    return half(b[:, :2]) * b[:, 2:].view(torch.int8)


def q5_0(b):
    """32 numbers: float16 scale, 4 bytes of fifth bits, 16 bytes of nibbles (first half low, second half high)."""
    q = bits(b[:, 6:], 4, -2).flatten(1) | bits(b[:, 2:6], 1, -1).flatten(1) << 4
    return half(b[:, :2]) * (q.to(torch.int8) - 16)


def q4_k(b):
    """8 x 32 numbers: float16 scales of the scales and of the minima, 12 bytes of 6-bit scales and minima, 4 x 32 bytes
    of nibbles. The 12 bytes are the first 4 scales, the first 4 minima (both with two upper bits of the last 4 on top),
    and the lower bits of the last 4 scales and minima."""
    scale, minimum, last = b[:, 4:16].unflatten(1, (3, 4)).unbind(1)
    scale = torch.cat([scale & 63, last & 15 | scale >> 2 & 48], 1)
    minimum = torch.cat([minimum & 63, last >> 4 | minimum >> 2 & 48], 1)
    q = bits(b[:, 16:].unflatten(1, (4, 32)), 4, -2).flatten(1, 2)
    return (half(b[:, :2]) * scale)[..., None] * q - (half(b[:, 2:4]) * minimum)[..., None]


def q6_k(b):
    """16 x 16 numbers: 2 x 64 bytes of nibbles, 2 x 32 bytes of upper bit pairs, 16 x int8 scales, float16 scale."""
    low, high = b[:, :128].unflatten(1, (2, 64)), b[:, 128:192].unflatten(1, (2, 32))
    q = bits(low, 4, -2).flatten(1) | bits(high, 2, -2).flatten(1) << 4
    scale = half(b[:, 208:]) * b[:, 192:208].view(torch.int8)
    return scale[..., None] * (q.to(torch.int8) - 32).unflatten(1, (16, 16))


DEQUANTISE = {GGMLQuantizationType.Q8_0: q8_0, GGMLQuantizationType.Q5_0: q5_0,
              GGMLQuantizationType.Q4_K: q4_k, GGMLQuantizationType.Q6_K: q6_k}


def dequantise(t, device, dtype):
    """The weights of a GGUF tensor, computed on the device where DEQUANTISE has its type."""
    if t.kind not in DEQUANTISE:
        return torch.from_numpy(gguf_dequantize(t.raw.reshape(*t.shape[:-1], -1), t.kind)).to(device, dtype)
    out = torch.empty(t.shape, device=device, dtype=dtype)
    elements, size = GGML_QUANT_SIZES[t.kind]
    blocks = torch.from_numpy(t.raw).to(device).view(-1, size)
    step = DEQUANTISE_STEP // elements
    for o, b in zip(out.view(-1, elements).split(step), blocks.split(step)):
        o.copy_(DEQUANTISE[t.kind](b).view(-1, elements))
    return out


def load_gguf(gguf_file, device, dtype):
    """Dequantised weights (norms and biases stay float32) and the sizes of the model."""
    meta = gguf_file.meta
    arch = meta["general.architecture"]
    if arch != "qwen2":
        raise SystemExit(f"architecture {arch!r} is not qwen2")
    matrix = lambda name: name.endswith(".weight") and "norm" not in name
    weights = {t.name: dequantise(t, device, dtype if matrix(t.name) else torch.float32) for t in gguf_file.tensors}
    return weights, dict(layers=meta[f"{arch}.block_count"], heads=meta[f"{arch}.attention.head_count"],
                         kv=meta[f"{arch}.attention.head_count_kv"], theta=meta[f"{arch}.rope.freq_base"],
                         eps=meta[f"{arch}.attention.layer_norm_rms_epsilon"],
                         hidden=meta[f"{arch}.embedding_length"])


def gguf_tokenizer(gguf_file):
    """The byte-level BPE tokenizer of a Qwen2 GGUF file, from its metadata."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    meta = lambda k: gguf_file.meta["tokenizer.ggml." + k]
    if meta("pre") not in ("qwen2", "default"):
        raise SystemExit(f"pre-tokenizer {meta('pre')!r} is not qwen2: give --tokenizer")
    tokens, types = meta("tokens"), meta("token_type")
    merges = [tuple(m.split(" ")) for m in meta("merges")]
    t = Tokenizer(models.BPE(vocab={s: i for i, s in enumerate(tokens)}, merges=merges))
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    added = [AddedToken(s, special=k == 3, normalized=False) for s, k in zip(tokens, types) if k in (3, 4)]
    t.add_special_tokens([a for a in added if a.special])
    t.add_tokens([a for a in added if not a.special])
    return t


# ------------------------------------------------------------------------------------ model

class Qwen2:
    def __init__(self, w, cfg, device, dtype):
        self.cfg, self.device, self.dtype = cfg, device, dtype
        self.L, self.Hq, self.Hk = cfg["layers"], cfg["heads"], cfg["kv"]
        self.G, self.D = self.Hq // self.Hk, cfg["hidden"] // cfg["heads"]
        self.emb = w["token_embd.weight"]
        self.head = w.get("output.weight", self.emb)
        self.norm = w["output_norm.weight"]
        self.blk = []
        for i in range(self.L):
            g = lambda n: w.pop(f"blk.{i}.{n}")
            self.blk.append(dict(
                n1=g("attn_norm.weight"), n2=g("ffn_norm.weight"), wo=g("attn_output.weight"),
                wqkv=torch.cat([g("attn_q.weight"), g("attn_k.weight"), g("attn_v.weight")]),
                bqkv=torch.cat([g("attn_q.bias"), g("attn_k.bias"), g("attn_v.bias")]).to(dtype),
                wgu=torch.cat([g("ffn_gate.weight"), g("ffn_up.weight")]), wd=g("ffn_down.weight")))
        self.wide = self.has_wide_products()
        self.inv = 1.0 / (cfg["theta"] ** (torch.arange(0, self.D, 2, device=device).float() / self.D))

    def has_wide_products(self):
        """Whether bfloat16 x bfloat16 -> float32 products exist here."""
        if self.device.type != "cuda" or self.dtype != torch.bfloat16:
            return False
        try:
            z = torch.ones(1, 8, 8, device=self.device, dtype=self.dtype)
            torch.bmm(z, z, out_dtype=torch.float32)
            torch.mm(z[0], z[0], out_dtype=torch.float32)
            return True
        except Exception as e:
            print("no out_dtype products:", e)
            return False

    def kv_bytes(self, tokens):
        return tokens * self.L * 2 * self.Hk * self.D * torch.empty((), dtype=self.dtype).element_size()

    def new_cache(self, rows, length):
        z = lambda: torch.zeros(rows, self.Hk, length, self.D, dtype=self.dtype, device=self.device)
        return [(z(), z()) for _ in range(self.L)]

    def rms(self, x, w):
        x = x.float()
        return (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.cfg["eps"]) * w).to(self.dtype)

    def rope(self, x, cos, sin):  # x [B,T,H,D]; cos/sin [B or 1,T,1,D/2]
        a, b = x.float().chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1).to(self.dtype)

    def cos_sin(self, pos):
        f = pos.float()[..., None] * self.inv
        return f.cos()[..., None, :], f.sin()[..., None, :]

    def bmm32(self, a, b):
        return torch.bmm(a, b, out_dtype=torch.float32) if self.wide else torch.bmm(a.float(), b.float())

    def logits(self, h):  # h [N,H] -> float32 [N,V]
        h = self.rms(h, self.norm)
        if self.wide:
            return torch.mm(h, self.head.t(), out_dtype=torch.float32)
        return (h @ self.head.t()).float()

    def layer(self, x, blk, cos, sin, attend):
        B, T, _ = x.shape
        qkv = F.linear(self.rms(x, blk["n1"]), blk["wqkv"], blk["bqkv"])
        q, k, v = qkv.view(B, T, self.Hq + 2 * self.Hk, self.D).split([self.Hq, self.Hk, self.Hk], 2)
        q, k = self.rope(q, cos, sin), self.rope(k, cos, sin)
        o = attend(q, k.transpose(1, 2).contiguous(), v.transpose(1, 2).contiguous())  # -> [B,T,Hq*D]
        x = x + F.linear(o, blk["wo"])
        g, u = F.linear(self.rms(x, blk["n2"]), blk["wgu"]).chunk(2, -1)
        return x + F.linear(F.silu(g) * u, blk["wd"])

    def causal(self, q, k, v):
        o = F.scaled_dot_product_attention(q.transpose(1, 2), k, v, is_causal=True, enable_gqa=True)
        return o.transpose(1, 2).reshape(q.shape[0], q.shape[1], -1)

    def joined(self, q, K, V, mask, pre):
        """Attention over a row's own keys and those of the shared prefix, in one float32 softmax.
        q [B,T,Hq,D]; K,V [B,Hk,S,D]; mask bool [B or 1,T,S] (True = may attend); pre = (K,V) [Hk,P,D] or None."""
        B, T = q.shape[:2]
        S, Hk, G, D = K.shape[2], self.Hk, self.G, self.D
        qg = (q * (D ** -0.5)).view(B, T, Hk, G, D).permute(0, 2, 3, 1, 4)  # B,Hk,G,T,D
        s = self.bmm32(qg.reshape(B * Hk, G * T, D), K.reshape(B * Hk, S, D).transpose(1, 2)).view(B, Hk, G, T, S)
        s.masked_fill_(~mask[:, None, None], float("-inf"))
        if pre is not None:
            Kp, Vp = pre
            P = Kp.shape[1]
            sp = self.bmm32(qg.transpose(0, 1).reshape(Hk, B * G * T, D), Kp.transpose(1, 2))
            s = torch.cat([s, sp.view(Hk, B, G, T, P).transpose(0, 1)], -1)
        p = torch.softmax(s, -1).to(self.dtype)
        o = torch.bmm(p[..., :S].reshape(B * Hk, G * T, S), V.reshape(B * Hk, S, D)).view(B, Hk, G, T, D)
        if pre is not None:
            op = torch.bmm(p[..., S:].transpose(0, 1).reshape(Hk, B * G * T, P), Vp)
            o = o + op.view(Hk, B, G, T, D).transpose(0, 1)
        return o.permute(0, 3, 1, 2, 4).reshape(B, T, Hk * G * D)

    def prefix(self, ids):
        """Keys and values of a shared prefix: per layer (K,V) [Hk,P,D]."""
        x = F.embedding(torch.tensor([ids], device=self.device), self.emb)
        cos, sin = self.cos_sin(torch.arange(len(ids), device=self.device)[None])
        kv = []

        def attend(q, k, v):
            kv.append((k[0], v[0]))
            return self.causal(q, k, v)

        for b in self.blk:
            x = self.layer(x, b, cos, sin, attend)
        return kv

    def rows(self, tok, pre, cache=None, first=0):
        """Hidden states [B,T,H] of right-padded rows tok [B,T] after the shared prefix (None = no prefix);
        their keys and values go to the rows of the cache from `first` on, as far as the cache is long."""
        B, T = tok.shape
        P = pre[0][0].shape[1] if pre else 0
        x = F.embedding(tok, self.emb)
        cos, sin = self.cos_sin(P + torch.arange(T, device=self.device)[None])
        mask = torch.ones(T, T, dtype=torch.bool, device=self.device).tril()[None] if pre else None
        for i, b in enumerate(self.blk):
            def attend(q, k, v):
                if cache is not None:
                    n = min(T, cache[i][0].shape[2])
                    cache[i][0][first:first + B, :, :n] = k[:, :, :n]
                    cache[i][1][first:first + B, :, :n] = v[:, :, :n]
                return self.joined(q, k, v, mask, pre[i]) if pre else self.causal(q, k, v)
            x = self.layer(x, b, cos, sin, attend)
        return x

    def step(self, tok, slot, pre, cache, S):
        """Next greedy token of each row: tok [B] is put at slot [B] of the row's cache, attending to slots < S."""
        P = pre[0][0].shape[1] if pre else 0
        x = F.embedding(tok, self.emb)[:, None]
        cos, sin = self.cos_sin((P + slot)[:, None])
        mask = (torch.arange(S, device=self.device)[None] <= slot[:, None])[:, None]
        row = torch.arange(tok.shape[0], device=self.device)
        for i, b in enumerate(self.blk):
            def attend(q, k, v):
                K, V = cache[i]
                K[row, :, slot] = k[:, :, 0]
                V[row, :, slot] = v[:, :, 0]
                return self.joined(q, K[:, :, :S], V[:, :, :S], mask, pre[i] if pre else None)
            x = self.layer(x, b, cos, sin, attend)
        return self.logits(x[:, 0]).argmax(-1)


class DecodeStep:
    """One greedy step on fixed buffers. With `graph`, it is captured once per cache length and replayed;
    a failing capture turns graphs off for the rest of the run."""
    graph = False

    def __init__(self, model, pre, cache):
        self.model, self.pre, self.cache = model, pre, cache
        self.captured, self.length = None, None

    def set_rows(self, tok, slot):
        self.captured, self.length = None, None
        self.tok, self.slot = tok.clone(), slot.clone()

    def compute(self, S):
        return self.model.step(self.tok, self.slot, self.pre, self.cache, S)

    def capture(self, S):
        self.captured, self.length = None, S
        try:
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self.compute(S)  # warm-up; writes the same keys and values as the replay
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self.next = self.compute(S)
            self.captured = graph
        except torch.cuda.OutOfMemoryError:
            raise
        except Exception as e:
            DecodeStep.graph = False
            print("CUDA graph failed, decoding without it:", str(e)[:300], flush=True)

    def advance(self, S):
        """Run a step, make its tokens the next input, and return them."""
        if self.graph and self.length != S:
            self.capture(S)
        if self.captured is not None:
            self.captured.replay()
            new = self.next.clone()
        else:
            new = self.compute(S)
        self.tok.copy_(new)
        self.slot.add_(1)
        return new


# ------------------------------------------------------------------------------- evaluation

class StopRules:
    """Which tokens end a generation, as boolean tables over the vocabulary."""

    def __init__(self, tok, size, device):
        text = [tok.decode([i], skip_special_tokens=False) for i in range(tok.get_vocab_size(with_added_tokens=True))]
        text = text[:size] + [""] * (size - len(text))
        table = lambda test: torch.tensor([test(s) for s in text], dtype=torch.bool, device=device)
        self.end = table(lambda s: s in END_TOKENS)
        self.newline = table(lambda s: s.endswith("\n"))
        self.blank_line = table(lambda s: s.endswith("\n\n"))
        self.question = table(lambda s: s == "Question")
        self.q = table(lambda s: s == "Q")
        self.colon = table(lambda s: s.startswith(":"))
        if self.end.sum() != len(END_TOKENS) or self.question.sum() != 1 or self.q.sum() != 1:
            raise SystemExit("the tokenizer lacks the tokens at which generations stop")

    def stops(self, rule, step, cur, prev, before):
        """Rows that end with token `cur`, given the two tokens before it."""
        end = self.end[cur]
        if rule == "gsm8k":
            return end | (self.question[cur] & self.newline[prev])
        if rule == "bbh":
            return end | (self.colon[cur] & self.q[prev] & self.newline[before]) | (self.q[cur] & self.blank_line[prev])
        return end | self.newline[cur] if step else end  # subspan


@dataclass
class Item:
    row: dict
    prefix: list
    suffix: list
    gold: list
    generate: bool

    def prompt(self, shared):
        return self.suffix if shared else self.prefix + self.suffix


@dataclass
class Batch:
    items: list
    shared: bool  # one prefix whose keys and values are kept once

    @property
    def generate(self):
        return self.items[0].generate

    @property
    def rule(self):
        return self.items[0].row["rule"]

    @property
    def max_new(self):
        return self.items[0].row["max_new"]

    def cost(self):
        """Rough work, in prompt tokens, to balance shards."""
        own = sum(len(i.prompt(self.shared)) + len(i.gold) for i in self.items)
        return own + (2 * self.max_new * (len(self.items) + 100) if self.generate else 0)


@dataclass
class Result:
    nll: float = 0.0
    tokens: list = None
    finished: bool = None


def prefill_batches(order, lens, pre, model, limits):
    """Split an index order (sorted by length) so that one prefill stays within the memory limits."""
    P = pre[0][0].shape[1] if pre else 0
    cur = []
    for i in order:
        T = lens[i]
        fits = ((len(cur) + 1) * model.Hq * T * (T + P) * 4 <= limits.score_gb * 1e9 if pre
                else (len(cur) + 1) * T <= limits.prefill_tokens)
        if cur and not fits:
            yield cur
            cur = []
        cur.append(i)
    if cur:
        yield cur


def padded(rows, device):
    tok = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for r, ids in enumerate(rows):
        tok[r, :len(ids)] = torch.tensor(ids)
    return tok.to(device)


def gold_nll(model, h, ctx, gold):
    """Sum of -log p over the gold tokens of each row, from the hidden states h of context + gold."""
    at = lambda xs: torch.tensor(xs, dtype=torch.long, device=model.device)
    row = at([r for r, g in enumerate(gold) for _ in g])
    pos = at([len(ctx[r]) - 1 + j for r, g in enumerate(gold) for j in range(len(g))])
    y = at([t for g in gold for t in g])
    out = torch.zeros(len(gold), dtype=torch.float64, device=model.device)
    for s in range(0, len(y), 2048):
        part = slice(s, s + 2048)
        lg = model.logits(h[row[part], pos[part]])
        loss = torch.logsumexp(lg, -1) - lg.gather(1, y[part, None])[:, 0]
        out.index_add_(0, row[part], loss.double())
    return out.tolist()


@torch.no_grad()
def evaluate(model, batch, stop_rules, limits):
    """Result of every item of a batch, in its order."""
    pre = model.prefix(batch.items[0].prefix) if batch.shared else None
    ctx = [i.prompt(batch.shared) for i in batch.items]
    gold = [i.gold for i in batch.items]
    lens = [len(c) + len(g) for c, g in zip(ctx, gold)]
    order = sorted(range(len(ctx)), key=lambda i: lens[i])
    longest = max(map(len, ctx))
    cache = model.new_cache(len(ctx), longest + batch.max_new) if batch.generate else None
    results = [Result() for _ in ctx]
    first_tokens, done = [], 0
    for part in prefill_batches(order, lens, pre, model, limits):
        h = model.rows(padded([ctx[i] + gold[i] for i in part], model.device), pre, cache, done)
        for i, v in zip(part, gold_nll(model, h, [ctx[i] for i in part], [gold[i] for i in part])):
            results[i].nll = v
        if batch.generate:
            last = torch.tensor([len(ctx[i]) - 1 for i in part], device=model.device)
            first_tokens.append(model.logits(h[torch.arange(len(part), device=model.device), last]).argmax(-1))
        done += len(part)
    if batch.generate:
        slots = [len(ctx[i]) for i in order]
        tokens, finished = decode(model, pre, cache, torch.cat(first_tokens), slots, batch, stop_rules)
        for i, t, f in zip(order, tokens, finished):
            results[i].tokens, results[i].finished = t, f
    return results


def decode(model, pre, cache, cur, slots, batch, stop_rules):
    """Greedy decoding from the first tokens `cur`; slots = prompt length of each row of the cache.
    Returns the tokens of each row (its stopping token included) and whether it stopped by itself."""
    n, max_new = len(slots), batch.max_new
    capacity = cache[0][0].shape[2]
    slot = torch.tensor(slots, device=model.device)
    out = torch.full((n, max_new), -1, dtype=torch.long, device=model.device)
    finished = torch.zeros(n, dtype=torch.bool, device=model.device)
    ids = torch.arange(n, device=model.device)  # row of the cache -> row of `out`
    done, prev, before = torch.zeros_like(finished), torch.zeros_like(cur), torch.zeros_like(cur)
    step = DecodeStep(model, pre, cache)
    step.set_rows(cur, slot)
    top = max(slots)
    for t in range(max_new):
        out[ids, t] = torch.where(done, torch.full_like(cur, -1), cur)
        done = done | stop_rules.stops(batch.rule, t, cur, prev, before)
        if t == max_new - 1:
            break
        if t % COMPACT_EVERY == COMPACT_EVERY - 1:
            live = (~done).nonzero()[:, 0]
            if len(live) == 0:
                break
            if len(live) < 0.75 * len(done):
                finished[ids] = done
                step.captured = None
                keep_rows(cache, live)
                cur, slot, ids, done, prev, before = (x[live] for x in (cur, step.slot, ids, done, prev, before))
                step.set_rows(cur, slot)
                top = int(slot.max()) - t
        length = -(-(top + t + 1) // CACHE_STEP) * CACHE_STEP
        prev, before = cur, prev
        cur = step.advance(min(capacity, length))
    finished[ids] = done
    return [[x for x in row if x >= 0] for row in out.tolist()], finished.tolist()


def keep_rows(cache, live):
    for i in range(len(cache)):
        K, V = cache[i]
        cache[i] = None
        K = K.index_select(0, live)
        cache[i] = (K, V.index_select(0, live))


def evaluate_split(model, batch, stop_rules, limits):
    """evaluate(), in halves when the memory does not suffice. Yields (batch, results, seconds)."""
    start = time.time()
    try:
        results = evaluate(model, batch, stop_rules, limits)
    except torch.cuda.OutOfMemoryError as e:
        results = None
        print(f"out of memory with {len(batch.items)} rows: {str(e)[:150]}", flush=True)
    if model.device.type == "cuda":
        torch.cuda.empty_cache()
    if results is not None:
        yield batch, results, time.time() - start
    elif len(batch.items) > 1:
        half = len(batch.items) // 2
        for items in (batch.items[:half], batch.items[half:]):
            yield from evaluate_split(model, Batch(items, batch.shared), stop_rules, limits)


# -------------------------------------------------------------------------------- scoring

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")


def last_number(text):
    found = NUMBER.findall(text)
    try:
        return float(found[-1].replace(",", "")) if found else None
    except ValueError:
        return None


def boxed_number(text):
    """First of the "answer is" line and \\boxed{...}; else the last number before any code block."""
    line = re.search(r"answer is[^\n]*", text)
    box = re.search(r"\\boxed\{([^\n]*?)\}(?!\w)", text)
    if line and (not box or line.start() < box.start()):
        s = line.group(0)
    else:
        s = box.group(1) if box else text.split("```")[0]
    return last_number(s.replace("\\!", "").replace("{,}", ","))


def score_gsm8k(text, answers):
    gold = float(str(answers[0]).replace(",", ""))
    text = text.split("\nQuestion")[0]
    upto = re.match(r"(?s).*?answer is[^\n]*", text)
    right = lambda v: v is not None and abs(v - gold) < 1e-4
    return dict(em=right(last_number(upto.group(0) if upto else text)), em_any=right(boxed_number(text)),
                em_last=right(last_number(text)))


def score_bbh(text, answers):
    text = re.split(r"\nQ:|\n\nQ", text)[0].strip()
    said = re.findall(r"(?i)the answer is:?([^\n]*)", text)
    clean = lambda s: re.sub(r"\.$", "", s.strip()).strip().lower()
    got, want = clean(said[-1]) if said else None, clean(answers[0])
    option = re.fullmatch(r"\([a-z]\)", want)
    em = got is not None and (got == want or bool(option and want in got))
    where = got if got is not None else clean(text.split("\n")[-1])
    within = re.search(r"(?<!\w)" + re.escape(want) + r"(?!\w)", where)
    return dict(em=em, em_any=em or bool(within))


def normalized(s):
    s = "".join(c for c in s.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", s).split())


def score_subspan(text, answers):
    within = lambda s: any(normalized(a) in normalized(s) for a in answers)
    return dict(em=within(text.strip().split("\n")[0]), em_any=within(text))


SCORES = dict(gsm8k=score_gsm8k, bbh=score_bbh, subspan=score_subspan)


# ------------------------------------------------------------------------- rows and batches

def id_hash(item_id):
    return hashlib.sha256(str(item_id).encode()).digest()


def read_rows(path):
    """Rows of a JSON lines file; of an unfinished gzip file, those that can be read."""
    rows = []
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as f:
        try:
            for line in f:
                if line.strip():
                    rows.append(json.loads(line))
        except (EOFError, zlib.error, gzip.BadGzipFile, json.JSONDecodeError) as e:
            if not path.endswith(".gz"):
                raise
            print(f"{path}: unfinished ({e}), {len(rows)} rows read", file=sys.stderr)
    return rows


def key(row):
    return row["task"], row["cond"], row["id"]


def smallest_hashes(rows, n):
    """Keys of the n items of each condition whose id hash is smallest: the same items in every condition."""
    by_cond = collections.defaultdict(list)
    for r in rows:
        by_cond[r["task"], r["cond"]].append(r)
    return {key(r) for rs in by_cond.values() for r in sorted(rs, key=lambda r: id_hash(r["id"]))[:n]}


def make_items(rows, tok, n_em, n_nll):
    em, nll = smallest_hashes(rows, n_em), smallest_hashes(rows, n_nll)
    rows = [r for r in rows if key(r) in em or key(r) in nll]
    texts = list(dict.fromkeys(r[f] for r in rows for f in ("prefix", "suffix", "gold")))
    ids = dict(zip(texts, (e.ids for e in tok.encode_batch(texts, add_special_tokens=False))))
    start = [tok.token_to_id("<|endoftext|>")]  # so that an empty prompt predicts something
    items = []
    for r in rows:
        prefix, suffix = ids[r["prefix"]], ids[r["suffix"]]
        gold = ids[r["gold"]] if key(r) in nll else []
        items.append(Item(r, prefix, suffix if prefix or suffix else start, gold,
                          r["rule"] != "none" and key(r) in em))
    return items


def chunks(items, shared, model, limits, max_rows):
    """Batches of consecutive items whose cache fits the memory."""
    cur, longest = [], 0
    for i in items:
        need = len(i.prompt(shared)) + i.row["max_new"] if i.generate else 0
        if cur and (len(cur) >= max_rows or model.kv_bytes((len(cur) + 1) * max(longest, need)) > limits.kv_gb * 1e9):
            yield Batch(cur, shared)
            cur, longest = [], 0
        cur.append(i)
        longest = max(longest, need)
    if cur:
        yield Batch(cur, shared)


def plan(items, model, limits):
    """Batches: one per big group of rows that share a prefix, the other rows together as whole prompts."""
    groups = collections.defaultdict(list)
    for i in items:
        groups[i.row["task"], i.row["cond"], i.row["prefix"], i.generate, i.row["rule"], i.row["max_new"]].append(i)
    batches, pools = [], collections.defaultdict(list)
    for (task, cond, _, generate, rule, max_new), group in groups.items():
        prefix = len(group[0].prefix)
        if (prefix and len(group) >= limits.share_rows and all(i.suffix for i in group)
                and not (limits.merge and generate and prefix <= limits.merge_prefix)):
            batches += chunks(group, True, model, limits, limits.max_rows)
        else:
            together = limits.merge and generate
            pools[(rule, max_new, generate) if together else (task, cond, rule, max_new, generate)] += group
    for pool in pools.values():
        order = {c: n for n, c in enumerate(dict.fromkeys((i.row["task"], i.row["cond"]) for i in pool))}
        pool.sort(key=lambda i: (order[i.row["task"], i.row["cond"]], len(i.prefix) + len(i.suffix)))
        batches += chunks(pool, False, model, limits, limits.merge or limits.max_rows)
    return batches


def shard_of(batches, k, n):
    """The batches of shard k of n: the costliest first to the least loaded shard."""
    load, mine = [0] * n, set()
    for b in sorted(range(len(batches)), key=lambda b: -batches[b].cost()):
        s = load.index(min(load))
        load[s] += batches[b].cost()
        if s == k:
            mine.add(b)
    return [b for n, b in enumerate(batches) if n in mine]


def output_row(item, result, text):
    r = item.row
    out = dict(task=r["task"], cond=r["cond"], id=r["id"], em=None, em_any=None, finished=result.finished,
               nll=round(result.nll, 5) if item.gold else None, ntok=len(item.gold),
               ptok=len(item.prefix) + len(item.suffix),
               cl100k_tokens=r["cl100k_tokens"], origin_tokens=r["origin_tokens"])
    if result.tokens is not None:
        out.update(SCORES[r["rule"]](text, r["answers"]), new=len(result.tokens), text=text[:1500])
    return out


def progress(rows, seconds):
    """One line per condition of a batch."""
    for (task, cond), rs in by_condition(rows).items():
        mean = lambda f: np.mean([r[f] for r in rs if r.get(f) is not None] or [np.nan])
        ntok = sum(r["ntok"] for r in rs)
        nll = sum(r["nll"] or 0 for r in rs) / ntok if ntok else float("nan")
        print(f"{task}/{cond}: n {len(rs)}  em {100 * mean('em'):.2f}  em_any {100 * mean('em_any'):.2f}  "
              f"finished {100 * mean('finished'):.1f}%  nll {nll:.5f}  {seconds:.1f}s (batch of {len(rows)})", flush=True)


def by_condition(rows):
    out = collections.defaultdict(list)
    for r in rows:
        out[r["task"], r["cond"]].append(r)
    return out


def append_member(path, rows):
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    with open(path, "ab") as f:
        f.write(gzip.compress(text.encode()))


def existing_output(path):
    """Keys of the rows that the output has; an unfinished last member is removed from it."""
    if not os.path.exists(path):
        return set()
    rows = read_rows(path)
    append_member(path + ".new", rows)
    os.replace(path + ".new", path)
    return {key(r) for r in rows}


def run(argv):
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rows", nargs="+", required=True, help="JSON lines files (globs; .gz allowed)")
    ap.add_argument("--gguf", required=True)
    ap.add_argument("--tokenizer", help="tokenizer.json (default: from the GGUF metadata)")
    ap.add_argument("--out", required=True, help="output, .jsonl.gz")
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    ap.add_argument("--dtype", help="default: bfloat16 on a GPU, float32 on a CPU")
    ap.add_argument("--shard", default="0/1", help="k/n: the k-th (from 0) of n parts of the work")
    ap.add_argument("--only", help="only conditions with this regular expression in 'task/cond'")
    ap.add_argument("--n-em", type=int, default=10**9, help="items per condition with generation")
    ap.add_argument("--n-nll", type=int, default=10**9, help="items per condition with NLL")
    ap.add_argument("--deadline", type=float, default=1e9, help="seconds after which no new batch starts")
    ap.add_argument("--no-graph", action="store_true", help="decode without CUDA graphs")
    ap.add_argument("--merge", type=int, default=0, metavar="ROWS",
                    help="decode conditions with short prefixes together, up to so many rows in a batch")
    ap.add_argument("--merge-prefix", type=int, default=600, help="longest prefix (tokens) that --merge repeats per row")
    ap.add_argument("--share-rows", type=int, default=200, help="fewest rows for which a prefix is kept once")
    ap.add_argument("--max-rows", type=int, default=1500, help="rows of a batch without --merge")
    ap.add_argument("--kv-gb", type=float, default=40, help="keys and values of a batch")
    ap.add_argument("--score-gb", type=float, default=2.5, help="float32 attention scores of a prefill after a shared prefix")
    ap.add_argument("--prefill-tokens", type=int, default=32768, help="tokens of a prefill of whole prompts")
    a = ap.parse_args(argv)
    from tokenizers import Tokenizer
    start = time.time()
    device = torch.device(a.device)
    dtype = getattr(torch, a.dtype) if a.dtype else (torch.bfloat16 if device.type == "cuda" else torch.float32)
    DecodeStep.graph = device.type == "cuda" and not a.no_graph
    paths = [p for g in a.rows for p in sorted(glob.glob(g))]
    if not paths:
        raise SystemExit(f"no file matches {a.rows}")
    rows = [r for p in paths for r in read_rows(p)]
    for r in rows:
        r.setdefault("max_new", MAX_NEW[r["rule"]])
    rows = [r for r in rows if not a.only or re.search(a.only, f"{r['task']}/{r['cond']}")]
    gguf_file = GgufFile(a.gguf)
    tok = Tokenizer.from_file(a.tokenizer) if a.tokenizer else gguf_tokenizer(gguf_file)
    model = Qwen2(*load_gguf(gguf_file, device, dtype), device, dtype)
    stop_rules = StopRules(tok, model.head.shape[0], device)
    batches = shard_of(plan(make_items(rows, tok, a.n_em, a.n_nll), model, a), *map(int, a.shard.split("/")))
    have = existing_output(a.out)
    print(f"{os.path.basename(a.gguf)} on {device} {dtype}: {len(rows)} rows, {len(batches)} batches in shard {a.shard}, "
          f"{len(have)} rows already in the output, ready after {time.time() - start:.1f}s", flush=True)
    for batch in batches:
        batch.items = [i for i in batch.items if key(i.row) not in have]
        if not batch.items:
            continue
        if time.time() - start > a.deadline:
            print("deadline reached: the output is incomplete", flush=True)
            break
        for part, results, seconds in evaluate_split(model, batch, stop_rules, a):
            texts = tok.decode_batch([r.tokens or [] for r in results])
            out = [output_row(i, r, t) for i, r, t in zip(part.items, results, texts)]
            append_member(a.out, out)
            progress(out, seconds)
    print(f"done in {time.time() - start:.1f}s", flush=True)


# -------------------------------------------------------------------------------- summary

def bootstrap(values, resamples=4000):
    """95% percentile interval of the mean, over items."""
    x = np.asarray(values, dtype=float)
    rng = np.random.default_rng(0)
    means = [x[rng.integers(0, len(x), len(x))].mean() for _ in range(resamples)]
    return np.percentile(means, [2.5, 97.5])


def nll_per_token(rows):
    ntok = sum(r["ntok"] for r in rows)
    return sum(r["nll"] for r in rows) / ntok if ntok else None


def paired(a, b, field):
    """Rows of two conditions for the items that have the field in both."""
    has = lambda rows: {r["id"]: r for r in rows if r.get(field) is not None}
    a, b = has(a), has(b)
    ids = [i for i in a if i in b]
    return [a[i] for i in ids], [b[i] for i in ids]


def nll_difference(rows, base):
    """NLL/token minus that of the base on the common items, 95% interval by the linearised ratio estimator."""
    xs, ys = paired(rows, base, "nll")
    if len(xs) < 2:
        return "–"
    d = nll_per_token(xs) - nll_per_token(ys)
    per_item = sum(x["ntok"] for x in xs) / len(xs)
    e = np.array([x["nll"] - y["nll"] - d * x["ntok"] for x, y in zip(xs, ys)]) / per_item
    return f"{d:+.4f} ± {1.96 * e.std(ddof=1) / len(e) ** 0.5:.4f}"


def em_difference(rows, base, field="em"):
    """EM minus that of the base on the common items, in points, with a bootstrap interval of the paired difference."""
    xs, ys = paired(rows, base, field)
    if not xs:
        return "–"
    d = [100.0 * (float(x[field]) - float(y[field])) for x, y in zip(xs, ys)]
    low, high = bootstrap(d)
    return f"{np.mean(d):+.1f} [{low:+.1f}, {high:+.1f}]"


def percent(rows, field, interval=False):
    x = [100.0 * float(r[field]) for r in rows if r.get(field) is not None]
    if not x:
        return "–"
    return f"{np.mean(x):.1f}" + (" [{:.1f}, {:.1f}]".format(*bootstrap(x)) if interval else "")


def condition_line(cond, rows, base):
    tokens, origin = (sum(r[f] for r in rows) for f in ("cl100k_tokens", "origin_tokens"))
    nll = nll_per_token([r for r in rows if r["nll"] is not None])
    cells = [cond, len(rows), f"{tokens / len(rows):.1f}", f"{origin / tokens:.2f}" if tokens else "–",
             f"{np.mean([r['ptok'] for r in rows]):.1f}", percent(rows, "em", True), percent(rows, "em_any"),
             percent(rows, "finished"), "–" if nll is None else f"{nll:.4f}"]
    cells += [nll_difference(rows, base), em_difference(rows, base)] if base and base is not rows else ["–", "–"]
    return "| " + " | ".join(map(str, cells)) + " |"


def summarize(argv):
    ap = argparse.ArgumentParser(prog="evaluate.py summarize", description="Markdown tables of evaluate.py outputs.")
    ap.add_argument("out", nargs="+", help="output files (globs)")
    ap.add_argument("--base", required=True, help="condition that the others are compared with")
    ap.add_argument("--pairs", nargs="*", default=[], metavar="A:B", help="more differences: A minus B")
    ap.add_argument("--ids", choices=["even", "odd"], help="only the items whose id is such a number")
    ap.add_argument("--half", type=int, choices=[0, 1], help="only the items of one half, by a hash of the id")
    a = ap.parse_args(argv)
    rows = {key(r): r for g in a.out for p in sorted(glob.glob(g)) for r in read_rows(p)}
    rows = [r for r in rows.values() if a.half is None or id_hash(r["id"])[-1] & 1 == a.half]
    rows = [r for r in rows if a.ids is None or int(r["id"]) % 2 == (a.ids == "odd")]
    tasks = collections.defaultdict(dict)
    for (task, cond), rs in by_condition(rows).items():
        tasks[task][cond] = rs
    for task, conds in tasks.items():
        print(f"### {task}" + ("" if a.half is None else f" (half {a.half})") + "\n")
        print(f"| condition | n | cl100k tokens | ratio | prompt tokens | EM % [95%] | EM any % | finished % | NLL/token "
              f"| Δ NLL/token to {a.base} | Δ EM to {a.base} |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        for cond, rs in conds.items():
            print(condition_line(cond, rs, conds.get(a.base)))
        pairs = [p.split(":") for p in a.pairs]
        pairs = [(x, y) for x, y in pairs if x in conds and y in conds]
        if pairs:
            print("\n| A − B | pairs | Δ NLL/token | Δ EM [95%] | Δ EM any [95%] |\n|---|--:|--:|--:|--:|")
        for x, y in pairs:
            common = len({r["id"] for r in conds[x]} & {r["id"] for r in conds[y]})
            print(f"| {x} − {y} | {common} | {nll_difference(conds[x], conds[y])} | {em_difference(conds[x], conds[y])} "
                  f"| {em_difference(conds[x], conds[y], 'em_any')} |")
        print()


if __name__ == "__main__":
    if sys.argv[1:2] == ["summarize"]:
        summarize(sys.argv[2:])
    else:
        run(sys.argv[1:])
