#!/usr/bin/env python3
"""An OpenAI-compatible server over evaluate.py's model: what `llmlingua eval --target` can ask where no vLLM is at
hand. It takes requests together in batches (engine.py), so ask it many at once.

    serve.py --gguf target.gguf --name qwen2.5-coder-1.5b-instruct [--port 8011]
    npx llmlingua eval gsm8k --target http://127.0.0.1:8011/v1 --model qwen2.5-coder-1.5b-instruct --concurrency 512 …

Endpoints: GET /v1/models; POST /v1/completions {prompt, max_tokens, stop, echo, logprobs, temperature, seed}; POST
/v1/chat/completions {messages, max_tokens, stop, temperature, seed, logprobs, top_logprobs} with the file's own chat
template. Temperature 0 (greedy; the default) to 2, from the whole softmax: no top_p. A seed repeats an answer but for
rounding, which follows the batch. Log-probabilities (nats) are those at temperature 1. With `echo` every token of the
prompt gets its own, and at most one token is generated. No streaming, one choice; fields that would change an answer
and are not served (PLAIN) are refused unless they ask for nothing. A request whose client has hung up, or has closed
its sending side, is dropped if its batch has not started. It listens on 127.0.0.1 alone. Needs torch, numpy, gguf,
tokenizers and jinja2.
"""
import argparse
import concurrent.futures
import json
import re
import secrets
import select
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import Engine, Request, Target
from evaluate import DecodeStep, GgufFile, gguf_tokenizer, load_gguf

LARGEST_BODY = 1 << 24
SOCKET_S = 120         # how long a connection may neither send nor take anything
CLIENT_S = 2           # between two looks whether a client is still there
OWN = [*range(33, 127), *range(161, 173), *range(174, 256)]     # bytes that byte-level BPE writes as themselves
BYTES = {chr(b): b for b in OWN} | {chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in OWN)}

# What is not served, with the values (besides null) that ask for nothing.
PLAIN = dict(stream=[False], n=[1], best_of=[1], top_p=[1], top_k=[0, -1], min_p=[0], typical_p=[1], min_tokens=[0],
             presence_penalty=[0], frequency_penalty=[0], repetition_penalty=[1], logit_bias=[{}], suffix=[""],
             tools=[[]], functions=[[]], response_format=[{"type": "text"}], use_beam_search=[False],
             ignore_eos=[False], stop_token_ids=[[]], prompt_logprobs=[])


class Refused(Exception):
    """A request that cannot be answered: status 400."""


class Gone(Exception):
    """The client has hung up."""


# ------------------------------------------------------------------------------------- fields

def shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def number(body, name, default, most):
    value = body.get(name)
    value = default if value is None else value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Refused(f"{name} is {shown(value)}; it must be a whole number from 0 to {most}.")
    return value


def truth(body, name):
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refused(f"{name} is {shown(value)}; it must be true or false.")
    return value is True


def new_tokens(body, default, most):
    """The most tokens to generate, under either of its names; the newer one first."""
    newer = body.get("max_completion_tokens") is not None
    return number(body, "max_completion_tokens" if newer else "max_tokens", default, most)


def check_plain(body, plain, name):
    """Refuses another model, and fields that would be passed over in silence."""
    if body.get("model") not in (None, name):
        raise Refused(f"model is {shown(body['model'])}; this server has {name} alone. Ask for that.")
    for field, values in plain.items():
        value = body.get(field)
        same = lambda v: value == v and isinstance(value, bool) == isinstance(v, bool)
        if value is not None and not any(map(same, values)):
            taken = "".join(f" {shown(v)} or" for v in values)
            raise Refused(f"{field} is {shown(value)}; this server takes{taken} no such field. Leave it out.")


def sampling(body):
    temperature = body.get("temperature")
    temperature = 0 if temperature is None else temperature
    if not isinstance(temperature, (int, float)) or isinstance(temperature, bool) or not 0 <= temperature <= 2:
        raise Refused(f"temperature is {shown(temperature)}; it must be a number from 0 (greedy) to 2.")
    return float(temperature), number(body, "seed", secrets.randbits(32), 2 ** 63 - 1)


def text_list(value, name):
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise Refused(f"{name} is {shown(value)}; it must be a text or a list of texts that are not empty.")
    return values


# ------------------------------------------------------------------------------------ answers

class Service:
    """From the body of a request to the body of its answer. `wait` gives what a future of the engine comes to."""

    def __init__(self, engine, name, template, context):
        self.engine, self.name, self.template, self.context = engine, name, template, context

    def request_of(self, text, body, max_new, echo, top=None):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Refused(f"The prompt has half a surrogate pair at character {error.start}. Send whole characters.")
        ids = self.engine.tok.encode(text, add_special_tokens=False).ids
        if not ids or len(ids) + max_new > self.context:
            raise Refused(f"The prompt has {len(ids)} tokens and max_tokens is {max_new}; "
                          f"together they must be from 1 to {self.context}, and the prompt not empty.")
        return Request(ids, max_new, text_list(body.get("stop"), "stop"), echo, *sampling(body), top)

    def completions(self, body, wait):
        check_plain(body, PLAIN, self.name)
        prompt, echo = body.get("prompt"), truth(body, "echo")
        if not isinstance(prompt, str):
            raise Refused(f"prompt is {shown(prompt)}; it must be a text.")
        logged = body.get("logprobs") is not None
        if logged and not echo:
            raise Refused("logprobs without echo: /v1/completions gives those of an echoed prompt alone. Send echo "
                          "true, or ask /v1/chat/completions for those of an answer.")
        if logged:
            number(body, "logprobs", 0, 1)
        request = self.request_of(prompt, body, new_tokens(body, 16, 1 if echo else self.context), echo)
        answer = wait(self.engine.submit(request))
        choice = dict(text=(prompt if echo else "") + answer.text)
        if logged:
            texts = [self.engine.texts[i] for i in request.ids + answer.tokens]
            choice["logprobs"] = dict(tokens=texts, token_logprobs=answer.logprobs + [None] * len(answer.tokens))
        return self.frame("text_completion", request, answer, choice)

    def chat(self, body, wait):
        check_plain(body, PLAIN | dict(echo=[False]), self.name)
        messages = body.get("messages")
        texts = lambda m: isinstance(m, dict) and isinstance(m.get("role"), str) and isinstance(m.get("content"), str)
        if not isinstance(messages, list) or not messages or not all(map(texts, messages)):
            raise Refused(f"messages is {shown(messages)}; it must be a list of {{role, content}}, both texts.")
        try:
            prompt = self.template.render(messages=messages, add_generation_prompt=True)
        except TemplateError as error:
            raise Refused(f"The model's chat template does not take these messages: {error}")
        most, top = number(body, "top_logprobs", 0, 20), None
        if truth(body, "logprobs"):
            top = most
        elif most:
            raise Refused(f"top_logprobs is {most} without logprobs. Send logprobs true, or leave both out.")
        request = self.request_of(prompt, body, new_tokens(body, 256, self.context), False, top)
        answer = wait(self.engine.submit(request))
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


# --------------------------------------------------------------------------------------- HTTP

class Server(ThreadingHTTPServer):
    request_queue_size = 1024


def is_gone(connection):
    """Whether the client has hung up; nothing is taken from the connection."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    try:
        return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except ConnectionError:
        return True


def handler_of(service):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = SOCKET_S
        posts = {"/v1/completions": service.completions, "/v1/chat/completions": service.chat}

        def do_GET(self):
            models = dict(object="list", data=[dict(id=service.name, object="model")])
            self.reply(200, models) if self.path == "/v1/models" else self.fail(404, f"No {self.path} here.")

        def do_POST(self):
            length = self.body_length()
            if length is None:
                return
            data = self.rfile.read(length)
            if len(data) < length:  # the client ended early
                self.close_connection = True
                return
            try:
                self.reply(200, self.posts[self.path](self.read(data), self.wait))
            except Refused as error:
                self.fail(400, str(error))
            except (Gone, ConnectionError):
                self.close_connection = True
            except TimeoutError:    # the client does not take its answer
                raise
            except Exception as error:
                self.fail(500, f"{type(error).__name__}: {error}"[:300])

        def body_length(self):
            """The length of the body; None where it was refused, unread, so that the connection is over."""
            lengths = self.headers.get_all("Content-Length", [])
            if self.path not in self.posts:
                status, message = 404, f"No {self.path} here; there are {' and '.join(self.posts)}."
            elif "Transfer-Encoding" in self.headers or not lengths:
                status, message = 411, "The body has no Content-Length. Send it whole, not in chunks, with its length."
            elif len(set(lengths)) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
                status, message = 400, f"Content-Length is {shown(', '.join(lengths))}; it must be one whole number."
            elif int(lengths[0]) > LARGEST_BODY:
                status, message = 413, f"The body has {lengths[0]} bytes; at most {LARGEST_BODY} are taken."
            else:
                return int(lengths[0])
            self.close_connection = True
            self.fail(status, message)

        def read(self, data):
            try:
                body = json.loads(data)
            except (ValueError, RecursionError) as error:
                raise Refused(f"The body cannot be read as JSON: {error}")
            if not isinstance(body, dict):
                raise Refused(f"The body is {shown(body)}; it must be a JSON object.")
            return body

        def wait(self, future):
            """What the future comes to, unless the client hangs up before its batch starts."""
            while not concurrent.futures.wait([future], CLIENT_S).done:
                if is_gone(self.connection) and future.cancel():
                    raise Gone
            return future.result()

        def fail(self, status, message):
            self.reply(status, dict(error=dict(message=message, type="error")))

        def reply(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if self.close_connection:
                self.send_header("Connection", "close")
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
    server = Server(("127.0.0.1", a.port), handler_of(Service(engine, a.name, template, a.context)))
    print(f"{a.name} on {device} {dtype}, http://127.0.0.1:{a.port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
