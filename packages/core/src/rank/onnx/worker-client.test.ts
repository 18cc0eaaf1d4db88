import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { type EncoderRequest, encoderError } from "./protocol.js";
import { EncoderClient, type EncoderWorker } from "./worker-client.js";

class FakeWorker extends EventEmitter {
  readonly requests: EncoderRequest[] = [];
  references = 1;
  postMessage(request: EncoderRequest) {
    this.requests.push(request);
    if (request.type === "close") queueMicrotask(() => this.emit("exit"));
  }
  ref() {
    this.references = 1;
  }
  unref() {
    this.references = 0;
  }
  async terminate() {
    this.emit("exit");
  }
}

async function ready() {
  const worker = new FakeWorker();
  const client = new EncoderClient("m", worker as unknown as EncoderWorker);
  const info = { maxTokens: 8, prefixes: { query: "", document: "" } };
  worker.emit("message", { type: "ready", info });
  expect(await client.ready()).toBe(info);
  return { worker, client };
}

describe("the client of an encoder's thread", () => {
  test("gives each call its own reply, in any order, and lets an idle process end", async () => {
    const { worker, client } = await ready();
    expect(worker.references).toBe(0);
    const calls = [client.run({ texts: ["a"] }), client.run({ texts: ["b"], query: "q" })];
    expect(worker.references).toBe(1);
    worker.emit("message", { type: "done", id: 1, rows: [Float32Array.of(2)] });
    worker.emit("message", { type: "done", id: 0, rows: [Float32Array.of(1)] });
    expect(await Promise.all(calls)).toEqual([[Float32Array.of(1)], [Float32Array.of(2)]]);
    expect(worker.requests[1]).toMatchObject({ texts: ["b"], query: "q" });
    expect(worker.references).toBe(0);
  });

  test("tells the thread to give a cancelled call up and ignores its late reply", async () => {
    const { worker, client } = await ready();
    const controller = new AbortController();
    const call = client.run({ texts: ["a"], signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "aborted" });
    expect(worker.requests[0]).toMatchObject({ cancelled: Int32Array.of(1) });
    worker.emit("message", { type: "done", id: 0, rows: [] });
  });

  test("fails pending and later calls when the thread dies", async () => {
    const { worker, client } = await ready();
    const call = client.run({ texts: ["a"] });
    worker.emit("error", new Error("out of memory"));
    const died = { code: "ranker-failed", message: expect.stringContaining("out of memory") };
    await expect(call).rejects.toMatchObject(died);
    await expect(client.run({ texts: ["a"] })).rejects.toMatchObject(died);
  });

  test("fails one call with what the thread says of it", async () => {
    const { worker, client } = await ready();
    const call = client.run({ texts: ["a"] });
    worker.emit("message", { type: "failed", id: 0, error: encoderError(new Error("bad")) });
    await expect(call).rejects.toMatchObject({
      code: "ranker-failed",
      message: "The encoder failed: bad",
    });
  });

  test("ends a thread that could not open its model", async () => {
    const worker = new FakeWorker();
    const client = new EncoderClient("m", worker as unknown as EncoderWorker);
    worker.emit("message", { type: "failed", error: { code: "damaged-model", message: "no" } });
    await expect(client.ready()).rejects.toMatchObject({ code: "damaged-model", message: "no" });
  });

  test("refuses what is pending when closed", async () => {
    const { client } = await ready();
    const call = client.run({ texts: ["a"] });
    const closed = expect(call).rejects.toMatchObject({ code: "closed" });
    await client.close();
    await closed;
  });
});
