"""The training loop: what `packages/align/src/train` does, without checkpoints. LLMLingua, §4.3, Equation 5."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from .batch import Tensors
from .peft_encode import Encoded
from .peft_model import Tuned, batch_of
from .peft_plan import evaluation_steps, filled, initial_adapters, learning_rate_at, plan_batches, token_weight

_MOST_HELD_OUT = 100
_HIGH_STEPS, _HIGH = 3, 3
_ENDS = {"finished": "it ran to its end", "early": "the held-out loss no longer fell", "diverged": "it diverged"}


@dataclass(frozen=True)
class Settings:
    """As the command's flags; `projections` in the order of the block."""

    rank: int
    alpha: float
    projections: Sequence[str]
    learning_rate: float
    epochs: int
    batch_tokens: int
    max_tokens: int
    template: str
    warmup: float
    clip: float
    weight_decay: float
    seed: int
    held_out: float
    evaluations: int
    patience: int


@dataclass
class Trained:
    """`evaluations`: (steps done, nats per answer token held out), the first before training. `best`: the adapters kept.

    `losses`: of every step, nats per answer token of its batch. `measured`: held-out pairs that the evaluations are of.
    """

    steps: int = 0
    tokens: int = 0
    measured: int = 0
    seconds: float = 0.0
    stopped: str = "finished"
    reason: str = ""
    losses: list[float] = field(default_factory=list)
    evaluations: list[tuple[int, float]] = field(default_factory=list)
    best: list[Tensors] | None = None

    @property
    def best_evaluation(self) -> tuple[int, float] | None:
        return min(self.evaluations[1:], key=lambda one: one[1], default=None)


def train(tuned: Tuned, pairs: Sequence[Encoded], held_out: Sequence[Encoded], settings: Settings, say: Callable[[str], None]) -> Trained:
    """The first 100 of `held_out` are measured. Ends the process where no adapters are better than none."""
    measured = held_out[:_MOST_HELD_OUT]
    state, start = Trained(measured=len(measured)), time.monotonic()
    tuned.set_adapters(initial_adapters(len(tuned.layers), tuned.widths(), settings.rank, settings.projections, settings.seed))
    plan = plan_batches([len(pair.ids) for pair in pairs], settings.epochs, settings.batch_tokens, settings.seed)
    weight = token_weight(plan, [pair.answer_tokens for pair in pairs])
    due = evaluation_steps(len(plan), settings.evaluations)
    parameters = [parameter for *_, a, b in tuned.pairs() for parameter in (a, b)]
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    while True:
        if state.steps in due:
            _evaluate(tuned, measured, settings, state)
            if not state.reason:
                say(f"step {state.steps} / {len(plan)}  held out {state.evaluations[-1][1]:.4f}  {time.monotonic() - start:.0f} s")
        if state.reason or state.steps == len(plan):
            break
        best = state.best_evaluation
        if best and len(state.evaluations) - 1 - state.evaluations.index(best) >= settings.patience:
            state.stopped = "early"
            break
        batch = [pairs[index] for index in plan[state.steps]]
        if not _step(tuned, batch, weight, optimiser, parameters, len(plan), settings, state):
            break
    state.seconds = time.monotonic() - start
    _check(state, len(plan))
    return state


def _evaluate(tuned: Tuned, pairs: Sequence[Encoded], settings: Settings, state: Trained) -> None:
    loss = held_out_loss(tuned, pairs, settings.batch_tokens)
    if not math.isfinite(loss):
        state.stopped, state.reason = "diverged", f"the held-out loss is {loss}"
        return
    state.evaluations.append((state.steps, loss))
    if state.best_evaluation == state.evaluations[-1]:
        state.best = tuned.adapters()


@torch.no_grad()
def held_out_loss(tuned: Tuned, pairs: Sequence[Encoded], batch_tokens: int) -> float:
    """Nats per answer token."""
    batches = filled(range(len(pairs)), [len(pair.ids) for pair in pairs], batch_tokens)
    total = sum(tuned.loss(batch_of([pairs[index] for index in batch], weight=1.0)).item() for batch in batches)
    return total / sum(pair.answer_tokens for pair in pairs)


def _step(tuned, batch, weight: float, optimiser, parameters, steps: int, settings: Settings, state: Trained) -> bool:
    """Whether training can go on."""
    optimiser.zero_grad(set_to_none=True)
    loss = tuned.loss(batch_of(batch, weight))
    loss.backward()
    value = loss.item() / (weight * sum(pair.answer_tokens for pair in batch))
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(p.grad) for p in parameters])).item()
    state.reason = _divergence(value, norm, state)
    if state.reason:
        state.stopped = "diverged"
        return False
    factor = settings.clip / norm if norm > settings.clip else 1.0
    for parameter in parameters:
        parameter.grad.mul_(factor)
    for group in optimiser.param_groups:
        group["lr"] = learning_rate_at(state.steps + 1, steps, settings.warmup, settings.learning_rate)
    optimiser.step()
    state.steps += 1
    state.losses.append(value)
    state.tokens += sum(len(pair.ids) for pair in batch)
    return True


def _divergence(loss: float, norm: float, state: Trained) -> str:
    if not math.isfinite(loss) or not math.isfinite(norm):
        return f"the loss is {loss}, the gradient's norm {norm}"
    last = [*state.losses[1 - _HIGH_STEPS :], loss]
    before = state.evaluations[0][1]
    if len(last) < _HIGH_STEPS or min(last) <= _HIGH * before:
        return ""
    return f"the loss was above {_HIGH} times the one before training ({before:.3f}) for {_HIGH_STEPS} steps"


def _check(state: Trained, steps: int) -> None:
    best = state.best_evaluation
    if best is None or best[1] >= state.evaluations[0][1]:
        losses = "" if best is None else f" (held-out loss {state.evaluations[0][1]:.4f} before, {best[1]:.4f} at best)"
        raise SystemExit(
            f"Training ended after step {state.steps} of {steps}: {state.reason or _ENDS[state.stopped]}. "
            f"No adapters were better than none{losses}, so nothing was written. Lower --learning-rate, or look for what is odd in the pairs."
        )
