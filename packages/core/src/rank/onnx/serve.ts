/**
 * The worker's side: opens the encoder and answers calls one after another.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type EncoderSession, openEncoder } from "./encoder-session.js";
import {
  type EncoderReply,
  type EncoderRequest,
  type EncoderSetup,
  encoderError,
} from "./protocol.js";

/** What of `node:worker_threads`' MessagePort is used. */
export interface ServerPort {
  postMessage(message: EncoderReply): void;
  on(event: "message", listener: (request: EncoderRequest) => void): unknown;
  close(): void;
}

/** Serves until asked to close; a failure to open is the first and only reply. */
export async function serveEncoder(port: ServerPort, setup: EncoderSetup): Promise<void> {
  try {
    const session = await openEncoder(setup);
    let queue: Promise<void> = Promise.resolve();
    port.on("message", (request) => {
      queue = queue.then(() =>
        request.type === "close"
          ? session.release().then(() => port.close())
          : answer(port, session, request),
      );
    });
    port.postMessage({ type: "ready", info: session.info });
  } catch (error) {
    port.postMessage({ type: "failed", error: encoderError(error) });
  }
}

async function answer(
  port: ServerPort,
  session: EncoderSession,
  { id, texts, query, cancelled }: Extract<EncoderRequest, { type: "run" }>,
): Promise<void> {
  const stopWhenCancelled = async () => {
    if (Atomics.load(cancelled, 0) === 0) return;
    throw new LlmlinguaError("aborted", "Ranking was cancelled by its AbortSignal.");
  };
  try {
    const rows = await session.run(texts, query, stopWhenCancelled);
    port.postMessage({ type: "done", id, rows });
  } catch (error) {
    port.postMessage({ type: "failed", id, error: encoderError(error) });
  }
}
