import { createHashScorer } from "@llmlingua/core";
import { expect, test } from "vitest";
import { createCompressor } from "./compressor.js";

const TEXTS = ["One two three four five.", "Six seven eight nine ten.", "And so on and so on."];
const open = () => createCompressor({ scorer: createHashScorer() });

test("a batch gives every result in order", async () => {
  const compressor = open();
  const found: string[] = [];
  for await (const { index, result } of compressor.compressMany(TEXTS, { rate: 0.5 })) {
    found[index] = result?.text ?? "";
    // Other work goes on in between.
    expect((await compressor.compress(TEXTS[index], { rate: 0.5 })).text).toBe(found[index]);
  }
  expect(found).toHaveLength(3);
  await compressor.close();
});

test("a batch that is left alone holds up nothing", async () => {
  const compressor = open();
  const items = compressor.compressMany(TEXTS, { rate: 0.5 });
  await items.next();
  const others = compressor.compressMany(TEXTS, { rate: 0.5 });
  await others.next();
  expect((await compressor.compress(TEXTS[0], { rate: 0.5 })).text).not.toBe("");
  await compressor.close();
  await expect(items.next()).rejects.toMatchObject({ code: "closed" });
});

test("a batch that waits for its next prompt ends when the compressor is closed", async () => {
  const compressor = open();
  async function* inputs() {
    yield TEXTS[0];
    await new Promise(() => {});
  }
  const items = compressor.compressMany(inputs(), { rate: 0.5 });
  await items.next();
  const waiting = items.next();
  await compressor.close();
  await expect(waiting).rejects.toMatchObject({ code: "closed" });
});
