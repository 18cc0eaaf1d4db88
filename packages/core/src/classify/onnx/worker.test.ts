import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openTiny, readFixture } from "./tiny-suite.js";

/** A worker is a file of JavaScript: what is tested is what was built last. */
const built = new URL("../../../dist/classify/onnx/index.js", import.meta.url);
const folder = fileURLToPath(new URL("../../../fixtures/llmlingua2/tiny-bert", import.meta.url));

describe.skipIf(!existsSync(built))("the built classifier in its worker", () => {
  const load = async () => {
    const { loadClassifier } = (await import(built.href)) as typeof import("./index.js");
    return loadClassifier(folder, { threads: 1 });
  };

  test("gives what the model gives in this thread, and leaves the event loop free", async () => {
    const { probabilities } = readFixture<{ probabilities: { proper: { ids: number[] } }[] }>(
      "tiny-bert-vectors.json",
    );
    const chunks = probabilities.map(({ proper }) => Uint32Array.from(proper.ids));
    const [here, there] = [await openTiny("tiny-bert"), await load()];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const many = Array.from({ length: 20 }, () => chunks).flat();
    const found = await there.classify(many);
    clearInterval(timer);
    expect(found.slice(0, chunks.length)).toEqual(await here.classify(chunks));
    expect(turns).toBeGreaterThan(5);
    await Promise.all([here.close(), there.close()]);
  });

  test("can be given up at once, goes on with the next call, and closes", async () => {
    const classifier = await load();
    const chunk = new Uint32Array(512).fill(5);
    const controller = new AbortController();
    const call = classifier.classify(
      Array.from({ length: 50 }, () => chunk),
      {
        signal: controller.signal,
      },
    );
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ code: "aborted" });
    const [p] = await classifier.classify([chunk]);
    expect(p).toHaveLength(512);
    await classifier.close();
    await classifier.close();
    await expect(classifier.classify([chunk])).rejects.toMatchObject({ code: "closed" });
  });

  test("tells what is wrong with a graph", async () => {
    const { loadClassifier } = (await import(built.href)) as typeof import("./index.js");
    const wrong = loadClassifier(folder, { graph: "tokenizer.json" });
    await expect(wrong).rejects.toMatchObject({ code: "damaged-model" });
    await expect(loadClassifier(folder, { threads: 0 })).rejects.toMatchObject({
      code: "invalid-option",
    });
  });
});
