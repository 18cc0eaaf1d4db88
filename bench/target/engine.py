"""The engine behind serve.py: a thread that answers requests in batches with evaluate.py's model, greedy or sampled.

`Engine.submit` takes a Request and gives a future of its Answer; a request that is cancelled before its batch starts is
dropped. An answer is the same whatever else is in its batch, but for rounding. Where memory runs out, a batch is done
in halves. An error that leaves a GPU unusable ends the process: no later call would work.
"""
import itertools
import os
import threading
import time
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from queue import SimpleQueue

import numpy as np
import torch

from evaluate import CACHE_STEP, COMPACT_EVERY, DecodeStep, END_TOKENS, Qwen2, keep_rows, padded, prefill_batches

GATHER_S = 0.02        # how long a first request waits for others
LAST_WORDS_S = 1       # for replies under way, before a process ends whose GPU is unusable


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
    """One thread that answers what has come in: the oldest request, with others of its kind (echo or not)."""

    def __init__(self, model, tok, limits):
        self.model, self.tok, self.limits = model, tok, limits
        self.texts = [tok.decode([i], skip_special_tokens=False) for i in range(model.head.shape[0])]
        self.queue = SimpleQueue()
        threading.Thread(target=self.loop, daemon=True).start()

    def submit(self, request):
        if request.max_new or request.echo:
            self.queue.put(request)
        else:
            request.future.set_result(Answer())     # nothing to compute
        return request.future

    def loop(self):
        waiting = []
        while True:
            try:
                waiting += self.arrived(block=not waiting)
                waiting = self.serve(waiting)
            except Exception as error:  # the callers' to report; the next ones may do
                self.fail(waiting, error)
                waiting = []
            self.tidy()

    def arrived(self, block):
        found = [self.queue.get()] if block else []
        if block:
            time.sleep(GATHER_S)
        while not self.queue.empty():
            found.append(self.queue.get())
        return found

    def serve(self, waiting):
        """Answers a batch of the waiting requests; returns those that still wait."""
        waiting = [r for r in waiting if not r.future.cancelled()]
        batch = self.fitting([r for r in waiting if r.echo == waiting[0].echo])
        taken = {id(r) for r in batch}
        self.answer([r for r in batch if r.future.set_running_or_notify_cancel()])
        return [r for r in waiting if id(r) not in taken]

    def fitting(self, requests):
        """The oldest of them that fit together: rows, and keys and values of the longest prompt and answer."""
        longest, most, taken = 0, 0, []
        for r in requests:
            longest, most = max(longest, len(r.ids)), max(most, r.max_new)
            need = self.model.kv_bytes((len(taken) + 1) * (longest + most))
            if taken and (len(taken) == self.limits.max_rows or need > self.limits.kv_gb * 1e9):
                break
            taken.append(r)
        return taken

    def answer(self, batch):
        """Fulfils the futures of a batch, in halves when the memory does not suffice."""
        if not batch:
            return
        try:
            answers = self.score(batch) if batch[0].echo else self.generate(batch)
        except torch.cuda.OutOfMemoryError as error:
            short = str(error)[:150]
        except Exception as error:  # the callers' to report; the next batch may do
            return self.fail(batch, error)
        else:
            for request, answer in zip(batch, answers):
                request.future.set_result(answer)
            return
        print(f"out of memory with {len(batch)} rows: {short}", flush=True)
        self.tidy()
        if len(batch) == 1:
            size = f"{len(batch[0].ids)} tokens, with {batch[0].max_new} to generate,"
            error = MemoryError(f"A prompt of {size} does not fit the memory. Send a shorter one or ask for less.")
            return self.fail(batch, error)
        half = len(batch) // 2
        for part in (batch[:half], batch[half:]):
            self.answer(part)

    def fail(self, requests, error):
        for request in requests:
            try:
                request.future.set_exception(error)
            except InvalidStateError:   # answered, or cancelled
                pass

    def tidy(self):
        """Gives the memory of a batch back. A GPU on which not even that works stays unusable for this process."""
        if self.model.device.type != "cuda":
            return
        try:
            torch.cuda.synchronize()
            torch.cuda.empty_cache()
        except RuntimeError as error:
            print("The GPU is unusable after an error; the server ends. Start it again.", str(error)[:300], flush=True)
            time.sleep(LAST_WORDS_S)
            os._exit(1)

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
            if t % COMPACT_EVERY == 0 or t >= max(requests[i].max_new for i in live):
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
        """Whether the answer is at its end: an end token, a stop text or the most tokens. Tokens behind the one that
        completes a stop text are not taken, so that an answer does not depend on how many come at once."""
        known = len(answer.tokens)
        if answer.finished or known >= request.max_new:
            return True
        tokens = tokens[:request.max_new - known]
        ends = [place for place, token in enumerate(tokens) if self.texts[token] in END_TOKENS]
        answer.finished = bool(ends)
        answer.tokens += tokens[:ends[0]] if ends else tokens
        answer.text = self.text_of(answer.tokens)
        if any(s in answer.text for s in request.stop):
            self.cut(answer, request.stop, known)
        return answer.finished or len(answer.tokens) >= request.max_new

    def cut(self, answer, stop, known):
        """Ends the answer with the first token behind the known ones that completes a stop text, its text before it."""
        for count in range(known + 1, len(answer.tokens) + 1):
            text = self.text_of(answer.tokens[:count])
            places = [place for s in stop if (place := text.find(s)) >= 0]
            if places:
                answer.tokens, answer.text, answer.finished = answer.tokens[:count], text[:min(places)], True
                return

    def text_of(self, tokens):
        return self.tok.decode(tokens, skip_special_tokens=False)
