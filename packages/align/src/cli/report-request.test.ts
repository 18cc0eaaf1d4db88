import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { expect, it, onTestFinished } from "vitest";
import { openAiSampler } from "../report/sample.js";
import { type ReportFlags, withReportOptions } from "./report-flags.js";
import { requestOf } from "./report-request.js";

const io = { env: { KEY: "sk-0123" }, signal: new AbortController().signal };

function flagsOf(...words: readonly string[]): ReportFlags {
  const command = withReportOptions(new Command() as Command);
  command.parse(["--scorer", "s", "--pairs", "p", ...words], { from: "user" });
  return command.opts();
}

/** A server that says yes, perhaps to plain requests alone, and the keys that it was sent. */
async function serverOf(isPlain = false) {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    const logprobs = { content: [{ token: "Yes", logprob: -1 }] };
    const answer = { message: { content: "Yes" }, logprobs, finish_reason: "stop" };
    response.setHeader("content-type", "application/json");
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (isPlain && body.includes("top_k")) response.statusCode = 400;
      response.end(JSON.stringify({ choices: [answer] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { keys, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

it("samples with the key, no oftener than is allowed, and asks nothing twice", async () => {
  const out = await mkdtemp(join(tmpdir(), "align-request-"));
  onTestFinished(() => rm(out, { recursive: true }));
  const { keys, url } = await serverOf();
  const server = ["--target", url, "--model", "m", "--api-key-env", "KEY", "--out", out];
  const flags = flagsOf(...server, "--requests-per-minute", "600", "--samples", "3");
  const drawn = async () => {
    const { divergence } = await requestOf(flags, "x", io);
    if ("measured" in divergence) expect.unreachable(divergence.why);
    const asked = [0, 1, 2].map((seed) => divergence.sampler.sample([], { maxNewTokens: 1, seed }));
    const start = performance.now();
    await Promise.all(asked);
    return performance.now() - start;
  };
  expect(await drawn()).toBeGreaterThan(195);
  expect(await drawn()).toBeLessThan(195);
  expect(keys).toEqual(["Bearer sk-0123", "Bearer sk-0123", "Bearer sk-0123"]);
});

it("waits for a turn also before it asks once more without what was refused", async () => {
  const { keys, url } = await serverOf(true);
  const sampler = openAiSampler({ baseUrl: url, model: "m", requestsPerMinute: 600 });
  const start = performance.now();
  await sampler.sample([], { maxNewTokens: 1, seed: 0 });
  expect(performance.now() - start).toBeGreaterThan(95);
  expect(keys).toHaveLength(2);
  const waiting = { maxNewTokens: 1, seed: 1, signal: AbortSignal.timeout(10) };
  await expect(sampler.sample([], waiting)).rejects.toMatchObject({ code: "aborted" });
  const none = { baseUrl: url, model: "m", requestsPerMinute: 0 };
  expect(() => openAiSampler(none)).toThrow(/requestsPerMinute is 0/);
});

it("counts money of a server alone", async () => {
  const prices = ["--price-in", "1", "--price-out", "2", "--max-cost", "3"];
  const paid = await requestOf(
    flagsOf("--target", "http://h/v1", "--model", "m", ...prices),
    "",
    io,
  );
  expect(paid.money?.left()).toBe(3);
  const free = await requestOf(flagsOf("--target", "embedded", ...prices), "", io);
  expect(free.money).toBeUndefined();
  const alone = flagsOf("--target", "embedded", "--max-cost", "3");
  await expect(requestOf(alone, "", io)).rejects.toThrow(/Give --price-in and --price-out/);
});
