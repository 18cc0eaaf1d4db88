import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import type { WorkerReply, WorkerRequest } from "./protocol.js";
import { WorkerClient, type WorkerLike } from "./worker-client.js";

/** A worker whose replies the test gives. */
class FakeWorker extends EventEmitter implements WorkerLike {
  readonly requests: WorkerRequest[] = [];
  referenced = true;

  postMessage(request: WorkerRequest): void {
    this.requests.push(request);
    if (request.type === "close") queueMicrotask(() => this.emit("exit", 0));
  }
  reply(reply: WorkerReply): void {
    this.emit("message", reply);
  }
  ref(): void {
    this.referenced = true;
  }
  unref(): void {
    this.referenced = false;
  }
  async terminate(): Promise<number> {
    this.emit("exit", 1);
    return 1;
  }
}

async function openClient() {
  const worker = new FakeWorker();
  const client = new WorkerClient("tiny", worker);
  worker.reply({ type: "ready" });
  await client.ready();
  return { worker, client };
}

const ids = Uint32Array.of(1, 2, 3);
const scores = Float32Array.of(-1, -2);

describe("the worker's client", () => {
  test("gives each caller its own reply, whatever the order", async () => {
    const { worker, client } = await openClient();
    const [one, two] = [client.score(ids, 0), client.score(ids, 1)];
    worker.reply({ type: "scored", id: 1, logprobs: scores });
    worker.reply({ type: "failed", id: 0, error: { code: "scorer-failed", message: "no" } });
    await expect(one).rejects.toMatchObject({ code: "scorer-failed", message: "no" });
    expect(await two).toBe(scores);
  });

  test("keeps the process alive only while a call is pending", async () => {
    const { worker, client } = await openClient();
    expect(worker.referenced).toBe(false);
    const call = client.score(ids, 0);
    expect(worker.referenced).toBe(true);
    worker.reply({ type: "scored", id: 0, logprobs: scores });
    await call;
    expect(worker.referenced).toBe(false);
  });

  test("rejects an aborted call at once and tells the worker to give it up", async () => {
    const { worker, client } = await openClient();
    const controller = new AbortController();
    const call = client.score(ids, 0, { signal: controller.signal });
    controller.abort("changed my mind");
    await expect(call).rejects.toMatchObject({ code: "aborted", cause: "changed my mind" });
    const [request] = worker.requests;
    expect(request.type === "score" && request.cancelled[0]).toBe(1);
    worker.reply({ type: "scored", id: 0, logprobs: scores });
    expect(worker.referenced).toBe(false);
  });

  test("fails every pending and later call when the worker crashes", async () => {
    const { worker, client } = await openClient();
    const calls = [client.score(ids, 0), client.score(ids, 0)];
    worker.emit("error", new Error("out of memory"));
    worker.emit("exit", 1);
    for (const call of [...calls, client.score(ids, 0)]) {
      await expect(call).rejects.toMatchObject({
        code: "scorer-failed",
        message: expect.stringContaining("out of memory"),
      });
    }
  });

  test("fails pending calls with `closed` on close, and closes twice", async () => {
    const { client } = await openClient();
    const call = client.score(ids, 0);
    const closing = client.close();
    await expect(call).rejects.toMatchObject({ code: "closed" });
    await closing;
    await client.close();
    await expect(client.score(ids, 0)).rejects.toMatchObject({ code: "closed" });
  });

  test("reports why the worker could not start", async () => {
    const worker = new FakeWorker();
    const client = new WorkerClient("tiny", worker);
    worker.reply({ type: "failed", error: { code: "damaged-model", message: "weights" } });
    await expect(client.ready()).rejects.toMatchObject({ code: "damaged-model" });
  });

  test("reports a worker that ends before it is ready", async () => {
    const worker = new FakeWorker();
    const client = new WorkerClient("tiny", worker);
    worker.emit("exit", 1);
    await expect(client.ready()).rejects.toMatchObject({ code: "scorer-failed" });
  });
});
