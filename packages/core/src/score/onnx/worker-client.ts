/**
 * The caller's side of the worker thread: matches replies to calls, and survives abort and crash.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../../errors.js";
import { closedError } from "../checks.js";
import type { ScoreOptions } from "../types.js";
import { fromErrorRecord, type WorkerReply, type WorkerRequest } from "./protocol.js";

/** What of `node:worker_threads`' Worker is used. */
export interface WorkerLike {
  postMessage(message: WorkerRequest): void;
  on(event: "message", listener: (reply: WorkerReply) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (exitCode: number) => void): unknown;
  /** While referenced, the worker keeps the process alive. */
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface Pending {
  /** One number in memory shared with the worker; not 0 makes it give the call up. */
  readonly cancelled: Int32Array;
  resolve(logprobs: Float32Array): void;
  reject(error: LlmlinguaError): void;
}

/** How long a closing worker may take to free the model before it is ended, in ms. */
const CLOSE_MS = 5000;

/** One worker and the calls it still owes. */
export class WorkerClient {
  readonly #name: string;
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  readonly #ready: Promise<void>;
  #nextId = 0;
  /** Why calls are refused from now on. */
  #ended: LlmlinguaError | undefined;

  constructor(name: string, worker: WorkerLike) {
    this.#name = name;
    this.#worker = worker;
    this.#ready = new Promise((resolve, reject) => {
      worker.on("message", (reply) => {
        if (reply.type === "ready") resolve();
        else if (reply.type === "failed" && reply.id === undefined) {
          reject(fromErrorRecord(reply.error));
        } else this.#settle(reply);
      });
      worker.on("error", (cause) => reject(this.#end(this.#crashed(cause))));
      worker.on("exit", () => reject(this.#end(this.#crashed())));
    });
    this.#exited = new Promise((resolve) => worker.on("exit", () => resolve()));
  }

  /**
   * Resolves when the model is loaded; from then on an idle worker does not keep the process alive.
   *
   * @throws LlmlinguaError what the worker failed with
   */
  async ready(): Promise<void> {
    try {
      await this.#ready;
      this.#worker.unref();
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
  }

  /**
   * Scores in the worker, after the calls made before.
   *
   * @throws LlmlinguaError `aborted`, `closed`, `scorer-failed`
   */
  async score(
    ids: Uint32Array,
    from: number,
    { stream = 0, signal }: Pick<ScoreOptions, "stream" | "signal"> = {},
  ): Promise<Float32Array> {
    if (this.#ended !== undefined) throw this.#ended;
    throwIfAborted(signal);
    const id = this.#nextId++;
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const reply = new Promise<Float32Array>((resolve, reject) => {
      this.#pending.set(id, { cancelled, resolve, reject });
    });
    const cancel = () => {
      Atomics.store(cancelled, 0, 1);
      this.#take(id)?.reject(abortedError(signal));
    };
    signal?.addEventListener("abort", cancel, { once: true });
    this.#worker.ref();
    this.#worker.postMessage({ type: "score", id, ids: ids.slice(), from, stream, cancelled });
    try {
      return await reply;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Refuses what is pending and later, frees the model and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      this.#end(closedError(this.#name));
      this.#worker.ref();
      this.#worker.postMessage({ type: "close" });
    }
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #settle(reply: Exclude<WorkerReply, { type: "ready" }>): void {
    const pending = this.#take(reply.id as number);
    if (reply.type === "scored") pending?.resolve(reply.logprobs);
    else pending?.reject(fromErrorRecord(reply.error));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0 && this.#ended === undefined) this.#worker.unref();
    return pending;
  }

  /** The first reason wins; every pending call fails with it. */
  #end(reason: LlmlinguaError): LlmlinguaError {
    this.#ended ??= reason;
    for (const { cancelled, reject } of this.#pending.values()) {
      Atomics.store(cancelled, 0, 1);
      reject(this.#ended);
    }
    this.#pending.clear();
    return this.#ended;
  }

  #crashed(cause?: Error): LlmlinguaError {
    const why = cause === undefined ? "its thread ended" : cause.message;
    return new LlmlinguaError(
      "scorer-failed",
      `The scorer ${this.#name} stopped: ${why}. Load it again; if memory was short, score with a smaller window.`,
      { cause },
    );
  }
}

function abortedError(signal: AbortSignal | undefined): LlmlinguaError {
  return new LlmlinguaError("aborted", "Scoring was cancelled by its AbortSignal.", {
    cause: signal?.reason,
  });
}
