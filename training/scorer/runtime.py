"""Runs a scorer folder with ONNX Runtime, as the library does: a cache in pieces, in one shared buffer, or none."""

from __future__ import annotations


import numpy as np
import onnxruntime as ort

Cache = dict[str, np.ndarray]


def open_session(graph: Path, threads: int = 0) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def empty_cache(session: ort.InferenceSession, capacity: int = 0) -> Cache:
    """One float32 array [1, kv_heads, capacity, head_size] for every past input."""
    shapes = {value.name: value.shape for value in session.get_inputs() if value.name.startswith("past_")}
    return {name: np.zeros((1, shape[1], capacity, shape[3]), np.float32) for name, shape in shapes.items()}


def feeds(ids: np.ndarray, targets: np.ndarray, past: int, cache: Cache) -> dict[str, np.ndarray]:
    """The inputs of one call: `ids` stand at positions past, past + 1, …"""
    total = past + len(ids)
    return {
        "input_ids": np.array([ids], np.int64),
        "target_ids": np.array([targets], np.int64),
        "seqlens_k": np.array([total - 1], np.int32),
        "total_sequence_length": np.array(total, np.int32),
        **cache,
    }


def step(session: ort.InferenceSession, ids: np.ndarray, targets: np.ndarray, past: int, cache: Cache) -> tuple[np.ndarray, Cache]:
    """`(log-probabilities of the targets, the grown cache)`; the given cache is left as it was."""
    outputs = session.run(None, feeds(ids, targets, past, cache))
    names = [value.name.replace("present", "past") for value in session.get_outputs()]
    return outputs[0][0], dict(zip(names[1:], outputs[1:]))


def step_in_place(session: ort.InferenceSession, ids: np.ndarray, targets: np.ndarray, past: int, buffer: Cache) -> np.ndarray:
    """The log-probabilities of the targets; the new keys and values are written into `buffer` behind the past ones."""
    binding = session.io_binding()
    for name, value in feeds(ids, targets, past, {}).items():
        binding.bind_cpu_input(name, value)
    for name, value in buffer.items():
        shared = ort.OrtValue.ortvalue_from_numpy(value)
        binding.bind_ortvalue_input(name, shared)
        binding.bind_output(name.replace("past", "present"), "cpu", 0, np.float32, value.shape, value.ctypes.data)
    binding.bind_output("logprobs")
    session.run_with_iobinding(binding)
    return binding.get_outputs()[-1].numpy()[0]


def score(session: ort.InferenceSession, ids: np.ndarray, cut: int = 0) -> np.ndarray:
    """ln p(ids[i] | ids[..i]) for i = 1 … n - 1, in calls of `cut` tokens (0: all in one)."""
    targets = ids[1:]
    logprobs, cache = [], empty_cache(session)
    for start in range(0, len(targets), cut or len(ids)):
        end = min(start + (cut or len(ids)), len(targets))
        part, cache = step(session, ids[start:end], targets[start:end], start, cache)
        logprobs.append(part)
    return np.concatenate(logprobs)


def compare(measured: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    """Correlation, and mean and largest absolute difference in nats."""
    error = np.abs(measured - expected)
    return {"correlation": float(np.corrcoef(measured, expected)[0, 1]), "mean": float(error.mean()), "max": float(error.max())}

