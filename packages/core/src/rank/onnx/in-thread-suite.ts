/**
 * For tests of the sources: the worker's side in the caller's thread, over real message ports, and
 * copies of the tiny models with a file changed.
 *
 * @module
 */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { onTestFinished } from "vitest";
import type { EncoderSetup } from "./protocol.js";
import { serveEncoder } from "./serve.js";
import type { EncoderWorker } from "./worker-client.js";

export type TinyModel = "tiny-encoder" | "tiny-cross-encoder";

export const tinyModel = (name: TinyModel): string =>
  fileURLToPath(new URL(`../../../fixtures/rank/${name}`, import.meta.url));

/** Starts no thread: the encoder runs here. */
export function startHere(setup: EncoderSetup): EncoderWorker {
  const { port1, port2 } = new MessageChannel();
  void serveEncoder(port2, setup);
  const on = (event: string, listener: (value: never) => void) => {
    if (event === "message") port1.on("message", listener as (value: unknown) => void);
    if (event === "exit") port1.on("close", listener as () => void);
  };
  return {
    on,
    postMessage: (message) => port1.postMessage(message),
    ref: () => port1.ref(),
    unref: () => port1.unref(),
    terminate: async () => port1.close(),
  };
}

/** A copy of a tiny model with files replaced (a string as it is, else as JSON) or removed (null). */
export async function changedModel(
  name: TinyModel,
  files: Readonly<Record<string, unknown>>,
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "llmlingua-"));
  onTestFinished(() => rm(scratch, { recursive: true }));
  const folder = join(scratch, "changed");
  await cp(tinyModel(name), folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    if (content === null) await rm(join(folder, file));
    else {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await writeFile(join(folder, file), text);
    }
  }
  return folder;
}
