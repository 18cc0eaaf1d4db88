"""serve.py and engine.py with a model of a few letters: how answers end, what batches hold, what HTTP refuses.

    python -m pytest bench/target/test_serve.py
"""
import http.client
import json
import os
import socket
import sys
import threading
import time
from types import SimpleNamespace

import pytest
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import engine as engines
import serve
from engine import Answer, Chooser, Engine, Request

TOKENS = [*"abcdefghijklmnopqrstuvwxyz", " ", "<|im_end|>"]
END = TOKENS.index("<|im_end|>")
FRAGILE = 4.0       # how sure the model is: sampled at temperature 1, about half of the tokens are others


class Letters:
    """A tokenizer with a token for each letter."""
    def decode(self, ids, skip_special_tokens):
        return "".join(TOKENS[i] for i in ids)

    def encode(self, text, add_special_tokens):
        return SimpleNamespace(ids=[TOKENS.index(c) for c in text])

    def id_to_token(self, token):
        return TOKENS[token]


class Alphabet:
    """A model whose likeliest token is the next letter, its end behind z. It has the parts of Qwen2 that serving uses,
    and its cache is of a fixed length, as the real one is."""
    device = torch.device("cpu")
    head = torch.zeros(len(TOKENS), 1)

    def __init__(self):
        following = torch.tensor([*range(1, 26), END, 0, END])
        self.table = torch.zeros(len(TOKENS), len(TOKENS)).scatter_(1, following[:, None], FRAGILE)
        self.out_of_memory_above, self.batches = 10 ** 9, []

    def kv_bytes(self, tokens):
        return tokens

    def new_cache(self, rows, length):
        self.batches.append(rows)
        if rows > self.out_of_memory_above:
            raise torch.cuda.OutOfMemoryError(f"{rows} rows")
        return [(torch.zeros(rows, 1, length, 1), torch.zeros(rows, 1, length, 1))]

    def rows(self, tok, pre, cache=None, first=0):
        return tok[..., None].float()

    def logits(self, h):
        self.last = self.table[h[:, 0].long()]
        return self.last

    def step(self, tok, slot, pre, cache, length):
        cache[0][0][torch.arange(len(tok)), :, slot] = 1.0      # IndexError behind the end, as for the real one
        assert int(slot.max()) < length <= cache[0][0].shape[2] and len(tok) == len(cache[0][0])
        return self.logits(tok[:, None].float()).argmax(-1)


class Asleep(Engine):
    """An engine whose thread does not run: its methods alone."""
    def loop(self):
        pass


def limits(**given):
    return SimpleNamespace(**dict(dict(max_rows=512, kv_gb=1, prefill_tokens=64), **given))


def engine(kind=Asleep, **given):
    return kind(Alphabet(), Letters(), limits(**given))


def request(text="a", max_new=8, stop=(), echo=False, temperature=0, seed=0, top=None):
    return Request(Letters().encode(text, False).ids, max_new, list(stop), echo, temperature, seed, top)


def letters(text):
    return Letters().encode(text, False).ids


# ------------------------------------------------------------------------------ ends of answers

@pytest.mark.parametrize("chunks", [["bcdefgh"], [*"bcdefgh"], ["bcd", "efgh"], ["bc", "defgh"]])
@pytest.mark.parametrize("stop, tokens, text", [
    (["de"], "bcde", "bc"), (["de", "c"], "bc", "b"), (["h"], "bcdefgh", "bcdefg"), (["x"], "bcdefgh", "bcdefgh")])
def test_an_answer_ends_with_the_token_that_completes_a_stop_text(chunks, stop, tokens, text):
    answer, asked = Answer(), request(max_new=20, stop=stop)
    ended = [engine().take(answer, asked, letters(chunk)) for chunk in chunks][-1]
    assert (answer.tokens, answer.text, answer.finished, ended) == (letters(tokens), text, stop != ["x"], stop != ["x"])


def test_an_answer_ends_at_an_end_token_and_at_the_most_tokens():
    answer = Answer()
    assert engine().take(answer, request(max_new=9, stop=["c"]), [*letters("b"), END, *letters("c")])
    assert (answer.text, answer.finished) == ("b", True)
    answer = Answer()
    assert engine().take(answer, request(max_new=2), letters("bcd"))
    assert (answer.text, answer.finished) == ("bc", False)


def test_look_gives_the_chances_of_the_tokens_taken_alone():
    idle, asked, fresh = engine(), [request(stop=["c"], top=1), request()], [letters("bcd"), letters("bcd")]
    chances = [(torch.tensor([-t, -9.0]), torch.tensor([[-t], [-9.0]]), torch.tensor([[int(t)], [0]]))
               for t in (1.0, 2.0, 3.0)]
    answers = [Answer(), Answer()]
    assert idle.look(asked, answers, [0, 1], fresh, chances) == [1]
    assert answers[0].chances == [(-1.0, [(1, -1.0)]), (-2.0, [(2, -2.0)])]
    assert answers[1].chances == [] and answers[1].text == "bcd"


# -------------------------------------------------------------------------------------- batches

def test_no_tokens_are_answered_without_a_batch():
    idle = engine()
    assert idle.submit(request(max_new=0)).result(0) == Answer()
    assert idle.queue.empty()
    assert [a.tokens for a in idle.generate([request(max_new=0), request(max_new=0)])] == [[], []]
    assert [a.text for a in idle.generate([request(max_new=0), request(max_new=3)])] == ["", "bcd"]


def test_a_mixed_batch_gives_what_each_request_gives_alone():
    asked = [request("abc" * (n % 4) + "a", 1 + 7 * n, ["q"] if n % 3 else [], False, n % 2, n, 2 if n % 5 else None)
             for n in range(12)] + [request(max_new=0), request("x", 60)]
    alone = [engine().generate([r])[0] for r in asked]
    together = engine().generate(asked)
    for a, b in zip(alone, together):
        assert (a.tokens, a.text, a.finished) == (b.tokens, b.text, b.finished)
        assert len(a.chances) == len(b.chances) in (0, len(a.tokens))
    assert together[-1].text == "yz" and together[-1].finished
    assert together[2].text == "bcdefghijklmnop" and len(together[2].tokens) == 15
    assert together[4].text == "bcdefghijklmnop" and len(together[4].tokens) == 16 and together[4].finished
    assert together[6].text == "bcdefghijklmnopqrstuvwxyz" and together[6].finished


def test_seeds_repeat_and_differ():
    draw = lambda seed: engine().generate([request("a", 20, temperature=1, seed=seed)])[0].text
    assert draw(3) == draw(3)
    assert len({draw(seed) for seed in range(8)}) > 4
    cold = Chooser([request()], Alphabet.device)
    assert cold.choose(torch.zeros(1, 3), torch.tensor([2]), 0).tolist() == [2]


def test_sampling_follows_the_probabilities():
    asked = [request(temperature=1, seed=seed) for seed in range(2000)]
    logits = torch.tensor([0.7, 0.2, 0.1]).log().expand(2000, 3)
    chosen = Chooser(asked, Alphabet.device).choose(logits, logits.argmax(-1), 0)
    shares = torch.bincount(chosen, minlength=3) / 2000
    assert torch.allclose(shares, torch.tensor([0.7, 0.2, 0.1]), atol=0.04)


def test_scoring_gives_each_token_of_the_prompt_its_own():
    scored = engine().score([request("ab", 1, echo=True), request("az", 0, echo=True)])
    sure = torch.log_softmax(Alphabet().table[0], -1)
    assert scored[0].logprobs == [None, pytest.approx(float(sure[1]))] and scored[0].text == "c"
    assert scored[1].logprobs == [None, pytest.approx(float(sure[25]))] and scored[1].tokens == []


def test_a_batch_fits_the_longest_prompt_with_the_longest_answer():
    long_prompt, long_answer = request("a" * 40, 10), request("a" * 10, 40)
    assert len(engine(kv_gb=159e-9).fitting([long_prompt, long_answer])) == 1
    assert len(engine(kv_gb=160e-9).fitting([long_prompt, long_answer])) == 2
    assert len(engine(kv_gb=1e-9).fitting([long_prompt])) == 1
    assert len(engine(max_rows=3).fitting([request()] * 5)) == 3


def test_the_oldest_request_goes_first_and_cancelled_ones_are_dropped():
    idle = engine()
    first, gone, echo, last = request(), request(), request(echo=True, max_new=0), request("b")
    gone.future.cancel()
    assert idle.serve([gone, first, echo, last]) == [echo]
    assert (first.future.result(0).text, last.future.result(0).text) == ("bcdefghi", "cdefghij")
    assert idle.serve([echo]) == [] and echo.future.result(0).logprobs == [None]
    assert idle.serve([gone]) == []


def test_a_batch_is_halved_when_memory_runs_out():
    idle = engine()
    idle.model.out_of_memory_above = 2
    asked = [request(max_new=n + 1) for n in range(5)]
    assert idle.serve(asked) == []
    assert [len(r.future.result(0).tokens) for r in asked] == [1, 2, 3, 4, 5]
    assert idle.model.batches == [5, 2, 3, 1, 2]
    idle.model.out_of_memory_above = 0
    asked = [request(), request()]
    idle.serve(asked)
    for r in asked:
        with pytest.raises(MemoryError, match="1 tokens, with 8 to generate"):
            r.future.result(0)


def test_a_failing_batch_is_reported_and_the_next_one_works():
    running = engine(Engine)
    running.model.rows, rows = None, running.model.rows
    with pytest.raises(TypeError):
        running.submit(request()).result(5)
    running.model.rows = rows
    assert running.submit(request()).result(5).text == "bcdefghi"


def test_an_unusable_gpu_ends_the_process(monkeypatch, capsys):
    def broken():
        raise RuntimeError("CUDA error: device-side assert triggered")

    ended = []
    monkeypatch.setattr(torch.cuda, "synchronize", broken)
    monkeypatch.setattr(engines, "LAST_WORDS_S", 0)
    monkeypatch.setattr(os, "_exit", ended.append)
    idle = engine()
    idle.tidy()
    assert ended == []
    idle.model.device = torch.device("cuda")
    idle.tidy()
    assert ended == [1] and "Start it again" in capsys.readouterr().out


# ----------------------------------------------------------------------------------------- HTTP

@pytest.fixture(scope="module")
def port():
    template = SimpleNamespace(render=lambda messages, add_generation_prompt: messages[-1]["content"])
    service = serve.Service(engine(Engine), "letters", template, 512)
    server = serve.Server(("127.0.0.1", 0), serve.handler_of(service))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(port, path, body, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", path, json.dumps(body), headers)
    reply = connection.getresponse()
    found = json.loads(reply.read())
    connection.close()
    return reply.status, found


def raw(port, text):
    """What the server says to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(text)
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


TALK = dict(messages=[dict(role="user", content="ab")])


def test_the_bodies_of_the_projects_clients_are_taken(port):
    plain = dict(model="letters", max_tokens=4, temperature=0, top_p=1, seed=0, stop=["f"])
    status, body = ask(port, "/v1/completions", dict(plain, prompt="ab"))
    assert (status, body["choices"][0]["text"]) == (200, "cde")
    assert body["usage"] == dict(prompt_tokens=2, completion_tokens=4, total_tokens=6)
    sampled = dict(TALK, temperature=1, top_p=1, seed=5, max_tokens=9, logprobs=True, top_k=0, min_p=0)
    status, body = ask(port, "/v1/chat/completions", sampled)
    choice = body["choices"][0]
    assert status == 200 and len(choice["logprobs"]["content"]) == len(choice["message"]["content"])
    for most in (0, 1):
        status, body = ask(port, "/v1/completions", dict(prompt="abz", max_tokens=most, echo=True, logprobs=1))
        choice = body["choices"][0]
        assert status == 200 and choice["text"] == "abz" and body["usage"]["completion_tokens"] == 0
        assert choice["logprobs"]["tokens"] == ["a", "b", "z"] and choice["logprobs"]["token_logprobs"][0] is None


def test_no_tokens_are_answered_and_a_null_hides_nothing(port):
    status, body = ask(port, "/v1/completions", dict(prompt="ab", max_tokens=0))
    assert (status, body["choices"][0]["text"], body["choices"][0]["finish_reason"]) == (200, "", "length")
    for fields in (dict(max_completion_tokens=None, max_tokens=3), dict(max_completion_tokens=3, max_tokens=9)):
        assert ask(port, "/v1/chat/completions", dict(TALK, **fields))[1]["usage"]["completion_tokens"] == 3
    nothing = dict(stream=False, n=1, presence_penalty=0.0, frequency_penalty=0, logit_bias={}, logprobs=None, user="x")
    assert ask(port, "/v1/completions", dict(nothing, prompt="ab"))[0] == 200


@pytest.mark.parametrize("field, value", [
    ("stream", True), ("n", 2), ("n", True), ("presence_penalty", 0.5), ("frequency_penalty", -1), ("top_p", 0.9),
    ("logit_bias", {"1": 5}), ("model", "another"), ("top_k", 5), ("min_p", 0.1), ("seed", -1), ("temperature", 3),
    ("temperature", ""), ("max_tokens", 1.5), ("max_completion_tokens", -1), ("stop", [""]), ("echo", 1)])
def test_fields_that_are_not_served_are_refused_by_name(port, field, value):
    for path, body in (("/v1/completions", dict(prompt="ab")), ("/v1/chat/completions", TALK)):
        status, found = ask(port, path, dict(body, **{field: value}))
        assert status == 400 and found["error"]["message"].startswith(f"{field} is ")


@pytest.mark.parametrize("path, body, words", [
    ("/v1/completions", dict(prompt="ab", logprobs=1), "without echo"),
    ("/v1/completions", dict(prompt="ab", max_tokens=1, echo=True, logprobs=5), "logprobs is 5"),
    ("/v1/completions", dict(prompt="ab", max_tokens=2, echo=True), "max_tokens is 2"),
    ("/v1/completions", dict(prompt=["ab"]), "prompt is"),
    ("/v1/completions", dict(prompt="a\ud800"), "surrogate"),
    ("/v1/completions", dict(prompt="ab", max_tokens=511), "from 1 to 512"),
    ("/v1/completions", [], "JSON object"),
    ("/v1/chat/completions", dict(TALK, top_logprobs=2), "without logprobs"),
    ("/v1/chat/completions", dict(TALK, logprobs=1), "logprobs is 1"),
    ("/v1/chat/completions", dict(messages=[]), "messages is")])
def test_other_refusals(port, path, body, words):
    status, found = ask(port, path, body)
    assert status == 400 and words in found["error"]["message"]


@pytest.mark.parametrize("headers, status", [
    ("Content-Length: none", 400), ("Content-Length: -1", 400), ("Content-Length: 2\r\nContent-Length: 3", 400),
    ("Transfer-Encoding: chunked", 411), ("Content-Length: 2\r\nTransfer-Encoding: chunked", 411),
    ("Accept: */*", 411), (f"Content-Length: {serve.LARGEST_BODY + 1}", 413)])
def test_bodies_without_a_usable_length_are_refused_and_the_connection_ends(port, headers, status):
    answer = raw(port, f"POST /v1/completions HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ") and "Connection: close" in answer and "error" in answer


def test_other_paths_and_bodies_that_are_no_json(port):
    assert ask(port, "/v1/nothing", {})[0] == 404
    head = "POST /v1/completions HTTP/1.1\r\nConnection: close\r\nContent-Length: "
    assert raw(port, f"{head}20000\r\n\r\n{'[' * 20000}".encode()).startswith("HTTP/1.1 400 ")
    assert raw(port, f"{head}1\r\n\r\n{{".encode()).startswith("HTTP/1.1 400 ")


def serving(monkeypatch, socket_s=5):
    """A server with its own patience, and its engine, which answers nothing."""
    monkeypatch.setattr(serve, "CLIENT_S", 0.05)
    monkeypatch.setattr(serve, "SOCKET_S", socket_s)
    idle = engine()
    server = serve.Server(("127.0.0.1", 0), serve.handler_of(serve.Service(idle, "letters", None, 64)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, idle


def test_a_silent_connection_is_closed(monkeypatch):
    server, _ = serving(monkeypatch, socket_s=0.2)
    assert raw(server.server_port, b"POST /v1/completions HTTP/1.1\r\nContent-Length: 9\r\n\r\n{") == ""
    server.shutdown()
    server.server_close()


def test_the_request_of_a_client_that_hangs_up_is_dropped(monkeypatch):
    server, idle = serving(monkeypatch)
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("POST", "/v1/completions", json.dumps(dict(prompt="ab")))
    asked = idle.queue.get(timeout=5)
    time.sleep(0.2)
    assert not asked.future.cancelled()
    connection.close()
    for _ in range(100):
        if asked.future.cancelled():
            break
        time.sleep(0.05)
    assert asked.future.cancelled() and idle.serve([asked]) == []
    server.shutdown()
    server.server_close()
