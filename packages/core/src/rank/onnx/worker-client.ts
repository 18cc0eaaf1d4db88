/**
 * The caller's side of an encoder's thread: matches replies to calls, and survives abort and crash.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../../errors.js";
import { fromErrorRecord } from "../../score/onnx/protocol.js";
import type { EncoderInfo, EncoderReply, EncoderRequest } from "./protocol.js";

/** What of `node:worker_threads`' Worker is used. */
export interface EncoderWorker {
  postMessage(message: EncoderRequest): void;
  on(event: "message", listener: (reply: EncoderReply) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
  /** While referenced, the worker keeps the process alive. */
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

/** One call to the encoder. */
export interface EncoderCall {
  readonly texts: readonly string[];
  readonly query?: string;
  readonly signal?: AbortSignal;
}

interface Pending {
  /** One number in memory shared with the worker; not 0 makes it give the call up. */
  readonly cancelled: Int32Array;
  resolve(rows: Float32Array[]): void;
  reject(error: LlmlinguaError): void;
}

/** How long a closing worker may take to free the model before it is ended, in ms. */
const CLOSE_MS = 5000;

/** One worker and the calls it still owes. */
export class EncoderClient {
  readonly #name: string;
  readonly #worker: EncoderWorker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  readonly #ready: Promise<EncoderInfo>;
  #nextId = 0;
  /** Why calls are refused from now on. */
  #ended: LlmlinguaError | undefined;

  /** @param name - of the model, for errors */
  constructor(name: string, worker: EncoderWorker) {
    this.#name = name;
    this.#worker = worker;
    this.#ready = new Promise((resolve, reject) => {
      worker.on("message", (reply) => {
        if (reply.type === "ready") resolve(reply.info);
        else if (reply.type === "failed" && reply.id === undefined)
          reject(fromErrorRecord(reply.error));
        else this.#settle(reply);
      });
      worker.on("error", (cause) => reject(this.#end(this.#crashed(cause.message, cause))));
      worker.on("exit", () => reject(this.#end(this.#crashed("its thread ended"))));
    });
    this.#exited = new Promise((resolve) => worker.on("exit", () => resolve()));
  }

  /**
   * Resolves when the model is loaded; from then on an idle worker does not keep the process alive.
   *
   * @throws LlmlinguaError what the worker failed with
   */
  async ready(): Promise<EncoderInfo> {
    try {
      const info = await this.#ready;
      this.#worker.unref();
      return info;
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
  }

  /**
   * Runs in the worker, after the calls made before.
   *
   * @throws LlmlinguaError `aborted`, `closed`, `ranker-failed`, `unknown-model`
   */
  async run({ texts, query, signal }: EncoderCall): Promise<Float32Array[]> {
    if (this.#ended !== undefined) throw this.#ended;
    throwIfAborted(signal);
    if (texts.length === 0) return [];
    const id = this.#nextId++;
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const reply = new Promise<Float32Array[]>((resolve, reject) => {
      this.#pending.set(id, { cancelled, resolve, reject });
    });
    const cancel = () => {
      Atomics.store(cancelled, 0, 1);
      this.#take(id)?.reject(abortedError(signal));
    };
    signal?.addEventListener("abort", cancel, { once: true });
    this.#worker.ref();
    this.#worker.postMessage({ type: "run", id, texts: [...texts], query, cancelled });
    try {
      return await reply;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Refuses what is pending and later, frees the model and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      this.#end(
        new LlmlinguaError("closed", `The encoder ${this.#name} is closed. Load it again.`),
      );
      this.#worker.ref();
      this.#worker.postMessage({ type: "close" });
    }
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #settle(reply: Exclude<EncoderReply, { type: "ready" }>): void {
    const pending = this.#take(reply.id ?? -1);
    if (reply.type === "done") pending?.resolve(reply.rows);
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

  #crashed(why: string, cause?: Error): LlmlinguaError {
    return new LlmlinguaError(
      "ranker-failed",
      `The encoder ${this.#name} stopped: ${why}. Load it again; if memory was short, lower maxTokens.`,
      { cause },
    );
  }
}

function abortedError(signal: AbortSignal | undefined): LlmlinguaError {
  return new LlmlinguaError("aborted", "Ranking was cancelled by its AbortSignal.", {
    cause: signal?.reason,
  });
}
