#!/usr/bin/env python3
"""An OpenAI-compatible server over evaluate.py's model: what `llmlingua eval --target` can ask where no vLLM is at
hand. It takes requests together in batches, so ask it many at once.

    serve.py --gguf target.gguf --name qwen2.5-coder-1.5b-instruct [--port 8011]
    npx llmlingua eval gsm8k --target http://127.0.0.1:8011/v1 --model qwen2.5-coder-1.5b-instruct --concurrency 512 …

Endpoints: GET /v1/models; POST /v1/completions {prompt, max_tokens, stop, echo, logprobs, temperature, seed}; POST
/v1/chat/completions {messages, max_tokens, stop, temperature, seed, logprobs, top_logprobs} with the file's own chat
template. Temperature 0 (greedy; the default) to 2, from the whole softmax: no top_p. A seed repeats an answer but for
rounding, which follows the batch. Log-probabilities (nats) are those at temperature 1. With `echo` every token of the
prompt gets its own, and at most one token is generated. No streaming, one choice. It listens on 127.0.0.1 alone. Needs
torch, numpy, gguf, tokenizers and jinja2.
"""
import argparse
import itertools
import json
import secrets
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

import numpy as np
import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment

from evaluate import (CACHE_STEP, COMPACT_EVERY, DecodeStep, END_TOKENS, GgufFile, Qwen2, gguf_tokenizer, keep_rows,
                      load_gguf, padded, prefill_batches)

GATHER_S = 0.02        # how long a first request waits for others
LARGEST_BODY = 1 << 24
OWN = [*range(33, 127), *range(161, 173), *range(174, 256)]     # bytes that byte-level BPE writes as themselves
BYTES = {chr(b): b for b in OWN} | {chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in OWN)}


@dataclass
class Request:
    ids: list
    max_new: int
    stop: list
    echo: bool
    temperature: float                              # 0: greedy
    seed: int
    top: int = None                                 # alternatives of each generated token; None: no log-probabilities
    future: Future = field(default_factory=Future)


@dataclass
class Answer:
    tokens: list = field(default_factory=list)     # generated, its end token left out
    text: str = ""
    finished: bool = False
    logprobs: list = None                           # of the prompt's tokens, None for the first
    chances: list = field(default_factory=list)     # of each generated token: (logprob, [(token, logprob), …])


class Refused(Exception):
    """A request that cannot be answered: status 400."""


# ------------------------------------------------------------------------------------ sampling

class Target(Qwen2):
    """The model, with the logits of its last product: a captured step writes them to the same place again."""
    def logits(self, h):
        self.last = super().logits(h)
        return self.last


class Chooser:
    """The next token of each row: the likeliest, or where the running sum of probabilities passes the row's draw.
    Each step takes one draw, and the draws follow from the row's seed alone."""
    def __init__(self, requests, device):
        hot = [row for row, r in enumerate(requests) if r.temperature > 0]
        self.top = max((r.top for r in requests if r.top is not None), default=None)
        self.hot = torch.tensor(hot, device=device) if hot else None
        self.heat = torch.tensor([[requests[row].temperature] for row in hot], device=device)
        most = max(r.max_new for r in requests) + COMPACT_EVERY
        draws = [np.random.default_rng(requests[row].seed).random(most) for row in hot]
        self.draws = torch.from_numpy(np.stack(draws)).to(device) if hot else None

    def choose(self, logits, likeliest, t):
        """Tokens [rows] of step t (from 0), given the logits [rows, vocabulary] and the likeliest tokens."""
        if self.hot is None:
            return likeliest
        sums = torch.softmax(logits[self.hot] / self.heat, -1).cumsum(-1, dtype=torch.float64)
        at = torch.searchsorted(sums, self.draws[:, t:t + 1] * sums[:, -1:], right=True)[:, 0]
        return likeliest.index_copy(0, self.hot, at.clamp_(max=logits.shape[1] - 1))

    def chances(self, logits, tokens):
        """If a row asks: one (log-probabilities of the tokens [rows], of the likeliest [rows, n], those [rows, n])."""
        if self.top is None:
            return []
        total, (values, ids) = torch.logsumexp(logits, -1, keepdim=True), logits.topk(self.top, -1)
        return [((logits.gather(1, tokens[:, None]) - total)[:, 0], values - total, ids)]


# ------------------------------------------------------------------------------------ batches

class Engine:
    """One thread that answers what has come in, scoring first, then generating."""

    def __init__(self, model, tok, limits):
        self.model, self.tok, self.limits = model, tok, limits
        self.texts = [tok.decode([i], skip_special_tokens=False) for i in range(model.head.shape[0])]
        self.queue = SimpleQueue()
        threading.Thread(target=self.loop, daemon=True).start()

    def submit(self, request):
        self.queue.put(request)
        return request.future

    def loop(self):
        waiting = []
        while True:
            waiting += self.arrived(block=not waiting)
            kind = any(r.echo for r in waiting)
            batch = self.fitting([r for r in waiting if r.echo == kind])
            taken = {id(r) for r in batch}
            waiting = [r for r in waiting if id(r) not in taken]
            try:
                answers = self.score(batch) if kind else self.generate(batch)
                for request, answer in zip(batch, answers):
                    request.future.set_result(answer)
            except Exception as error:  # the callers' to report; the next batch may do
                for request in batch:
                    request.future.set_exception(error)
            if self.model.device.type == "cuda":
                torch.cuda.empty_cache()

    def arrived(self, block):
        found = [self.queue.get()] if block else []
        if block:
            time.sleep(GATHER_S)
        while not self.queue.empty():
            found.append(self.queue.get())
        return found

    def fitting(self, requests):
        """The oldest of them that fit together: rows, and keys and values."""
        longest, taken = 0, []
        for r in requests:
            longest = max(longest, len(r.ids) + r.max_new)
            if taken and (len(taken) == self.limits.max_rows
                          or self.model.kv_bytes((len(taken) + 1) * longest) > self.limits.kv_gb * 1e9):
                break
            taken.append(r)
        return taken

    @torch.no_grad()
    def score(self, requests):
        answers = [Answer() for _ in requests]
        lens = [len(r.ids) for r in requests]
        order = sorted(range(len(requests)), key=lambda i: lens[i])
        for part in prefill_batches(order, lens, None, self.model, self.limits):
            h = self.model.rows(padded([requests[i].ids for i in part], self.model.device), None)
            for row, i in enumerate(part):
                answers[i].logprobs = [None, *self.logprobs(h[row, :lens[i] - 1], requests[i].ids[1:])]
                if requests[i].max_new:
                    logits = self.model.logits(h[row, lens[i] - 1:lens[i]])
                    chosen = Chooser([requests[i]], self.model.device).choose(logits, logits.argmax(-1), 0)
                    self.take(answers[i], requests[i], chosen.tolist())
        return answers

    def logprobs(self, h, next_ids):
        out = []
        for s in range(0, len(next_ids), 2048):
            y = torch.tensor(next_ids[s:s + 2048], device=self.model.device)
            logits = self.model.logits(h[s:s + 2048])
            out += (logits.gather(1, y[:, None])[:, 0] - torch.logsumexp(logits, -1)).tolist()
        return out

    @torch.no_grad()
    def generate(self, requests):
        model = self.model
        lens = [len(r.ids) for r in requests]
        order = sorted(range(len(requests)), key=lambda i: lens[i])
        cache = model.new_cache(len(order), max(lens) + max(r.max_new for r in requests))
        first, done = [], 0
        for part in prefill_batches(order, lens, None, model, self.limits):
            h = model.rows(padded([requests[i].ids for i in part], model.device), None, cache, done)
            last = torch.tensor([lens[i] - 1 for i in part], device=model.device)
            first.append(model.logits(h[torch.arange(len(part), device=model.device), last]))
            done += len(part)
        answers = self.decode([requests[i] for i in order], cache, torch.cat(first))
        return [answer for _, answer in sorted(zip(order, answers), key=lambda pair: pair[0])]

    def decode(self, requests, cache, logits):
        """Decoding; rows of the cache are those of the requests. Ended rows leave the cache now and then."""
        slot = torch.tensor([len(r.ids) for r in requests], device=self.model.device)
        top, capacity = int(slot.max()), cache[0][0].shape[2]
        answers, live, fresh, chances = [Answer() for _ in requests], list(range(len(requests))), [], []
        chooser = Chooser(requests, self.model.device)
        cur = chooser.choose(logits, logits.argmax(-1), 0)
        step = DecodeStep(self.model, None, cache)
        step.set_rows(cur, slot)
        for t in itertools.count(1):
            fresh.append(cur)
            chances += chooser.chances(logits, cur)
            if t % COMPACT_EVERY == 0 or t == max(requests[i].max_new for i in live):
                keep = self.look(requests, answers, live, torch.stack(fresh, 1).tolist(), chances)
                fresh, chances = [], []
                if not keep:
                    return answers
                if len(keep) < 0.75 * len(live):
                    rows = torch.tensor(keep, device=self.model.device)
                    step.captured = None
                    keep_rows(cache, rows)
                    step.set_rows(cur[rows], step.slot[rows])
                    cur, live = cur[rows], [live[row] for row in keep]
                    top = int(step.slot.max()) - t + 1
                    chooser = Chooser([requests[i] for i in live], self.model.device)
            likeliest = step.advance(min(capacity, -(-(top + t) // CACHE_STEP) * CACHE_STEP))
            logits = self.model.last
            cur = chooser.choose(logits, likeliest, t)
            step.tok.copy_(cur)

    def look(self, requests, answers, live, fresh, chances):
        """Adds the fresh tokens of each row to its answer; returns the rows that go on."""
        going, (own, values, ids) = [], [torch.stack(part, 1).tolist() for part in zip(*chances)] or [None] * 3
        for row, i in enumerate(live):
            known = len(answers[i].tokens)
            if not self.take(answers[i], requests[i], fresh[row]):
                going.append(row)
            if requests[i].top is not None:
                new = [(o, [*zip(k, v)]) for o, k, v in zip(own[row], ids[row], values[row])]
                answers[i].chances += new[:len(answers[i].tokens) - known]
        return going

    def take(self, answer, request, tokens):
        """Whether the answer is at its end: an end token, a stop text or the most tokens."""
        if answer.finished or len(answer.tokens) >= request.max_new:
            return True
        tokens = tokens[:request.max_new - len(answer.tokens)]
        ends = [place for place, token in enumerate(tokens) if self.texts[token] in END_TOKENS]
        answer.finished = bool(ends)
        answer.tokens += tokens[:ends[0]] if ends else tokens
        answer.text = self.tok.decode(answer.tokens, skip_special_tokens=False)
        places = [place for s in request.stop if (place := answer.text.find(s)) >= 0]
        if places:
            answer.text, answer.finished = answer.text[:min(places)], True
        return answer.finished or len(answer.tokens) >= request.max_new


# --------------------------------------------------------------------------------------- HTTP

def number(body, name, default, most):
    value = body.get(name)
    value = default if value is None else value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Refused(f"{name} is {value!r}; it must be a whole number from 0 to {most}.")
    return value


def sampling(body):
    temperature = body.get("temperature") or 0
    if not isinstance(temperature, (int, float)) or isinstance(temperature, bool) or not 0 <= temperature <= 2:
        raise Refused(f"temperature is {temperature!r}; it must be a number from 0 (greedy) to 2.")
    if body.get("top_p") not in (None, 1):
        raise Refused(f"top_p is {body['top_p']!r}; only 1 is offered, since sampling is from the whole softmax.")
    return float(temperature), number(body, "seed", secrets.randbits(32), 2 ** 63 - 1)


def text_list(value, name):
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise Refused(f"{name} must be a text or a list of texts that are not empty.")
    return values


class Service:
    def __init__(self, engine, name, template, context):
        self.engine, self.name, self.template, self.context = engine, name, template, context

    def request_of(self, text, body, max_new, echo, top=None):
        ids = self.engine.tok.encode(text, add_special_tokens=False).ids
        if not ids or len(ids) + max_new > self.context:
            raise Refused(f"The prompt has {len(ids)} tokens and max_tokens is {max_new}; "
                          f"together they must be from 1 to {self.context}, and the prompt not empty.")
        return Request(ids, max_new, text_list(body.get("stop"), "stop"), echo, *sampling(body), top)

    def completions(self, body):
        prompt, echo = body.get("prompt"), body.get("echo") is True
        if not isinstance(prompt, str):
            raise Refused("prompt must be a text.")
        request = self.request_of(prompt, body, number(body, "max_tokens", 16, 1 if echo else self.context), echo)
        answer = self.engine.submit(request).result()
        choice = dict(text=(prompt if echo else "") + answer.text)
        if echo and body.get("logprobs") is not None:
            texts = [self.engine.texts[i] for i in request.ids + answer.tokens]
            choice["logprobs"] = dict(tokens=texts, token_logprobs=answer.logprobs + [None] * len(answer.tokens))
        return self.frame("text_completion", request, answer, choice)

    def chat(self, body):
        messages = body.get("messages")
        texts = lambda m: isinstance(m, dict) and isinstance(m.get("role"), str) and isinstance(m.get("content"), str)
        if not isinstance(messages, list) or not messages or not all(map(texts, messages)):
            raise Refused("messages must be a list of {role, content}, both texts.")
        prompt = self.template.render(messages=messages, add_generation_prompt=True)
        most = dict(max_tokens=body.get("max_completion_tokens", body.get("max_tokens")))
        top = number(body, "top_logprobs", 0, 20) if body.get("logprobs") is True else None
        request = self.request_of(prompt, body, number(most, "max_tokens", 256, self.context), False, top)
        answer = self.engine.submit(request).result()
        choice = dict(message=dict(role="assistant", content=answer.text))
        if top is not None:
            choice["logprobs"] = dict(content=self.content(answer, top))
        return self.frame("chat.completion", request, answer, choice)

    def content(self, answer, top):
        """The tokens of the answer's text: neither its end token nor what a stop text cut off."""
        entry = lambda token, logprob: dict(token=self.engine.texts[token], logprob=logprob, bytes=[
            BYTES[letter] for letter in self.engine.tok.id_to_token(token) or ""])
        left, entries = len(answer.text.encode()), []
        for token, (logprob, likeliest) in zip(answer.tokens, answer.chances):
            if left > 0:
                entries.append(dict(entry(token, logprob), top_logprobs=[entry(*e) for e in likeliest[:top]]))
                left -= len(entries[-1]["bytes"])
        return entries

    def frame(self, kind, request, answer, choice):
        used = dict(prompt_tokens=len(request.ids), completion_tokens=len(answer.tokens),
                    total_tokens=len(request.ids) + len(answer.tokens))
        choice = dict(dict(index=0, finish_reason="stop" if answer.finished else "length", logprobs=None), **choice)
        return dict(id="cmpl", object=kind, created=int(time.time()), model=self.name, usage=used, choices=[choice])


def handler_of(service):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        posts = {"/v1/completions": service.completions, "/v1/chat/completions": service.chat}

        def do_GET(self):
            models = dict(object="list", data=[dict(id=service.name, object="model")])
            self.reply(200, models) if self.path == "/v1/models" else self.fail(404, f"No {self.path} here.")

        def do_POST(self):
            answer = self.posts.get(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            if answer is None or not 0 <= length <= LARGEST_BODY:
                self.close_connection = True
                return self.fail(404 if answer is None else 413, f"No {self.path} here, or a body that is too large.")
            try:
                body = json.loads(self.rfile.read(length))
                if not isinstance(body, dict):
                    raise Refused("The body must be a JSON object.")
                self.reply(200, answer(body))
            except (Refused, ValueError) as error:
                self.fail(400, str(error))
            except Exception as error:
                self.fail(500, f"{type(error).__name__}: {error}"[:300])

        def fail(self, status, message):
            self.reply(status, dict(error=dict(message=message, type="error")))

        def reply(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gguf", required=True)
    ap.add_argument("--name", required=True, help="the model's name for clients")
    ap.add_argument("--port", type=int, default=8011)
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    ap.add_argument("--dtype", help="default: bfloat16 on a GPU, float32 on a CPU")
    ap.add_argument("--context", type=int, default=8192, help="most tokens of a prompt and its answer")
    ap.add_argument("--max-rows", type=int, default=512, help="rows of a batch")
    ap.add_argument("--kv-gb", type=float, default=40, help="keys and values of a batch")
    ap.add_argument("--prefill-tokens", type=int, default=32768, help="tokens of a prefill")
    a = ap.parse_args()
    device = torch.device(a.device)
    dtype = getattr(torch, a.dtype) if a.dtype else (torch.bfloat16 if device.type == "cuda" else torch.float32)
    DecodeStep.graph = device.type == "cuda"
    gguf_file = GgufFile(a.gguf)
    model = Target(*load_gguf(gguf_file, device, dtype), device, dtype)
    engine = Engine(model, gguf_tokenizer(gguf_file), a)
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(gguf_file.meta["tokenizer.chat_template"])
    ThreadingHTTPServer.request_queue_size = 1024
    server = ThreadingHTTPServer(("127.0.0.1", a.port), handler_of(Service(engine, a.name, template, a.context)))
    print(f"{a.name} on {device} {dtype}, http://127.0.0.1:{a.port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
