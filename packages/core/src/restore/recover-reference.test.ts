import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tokenizerFromJson } from "../tokens/hugging-face.js";
import { recoverLikeReference } from "./recover-reference.js";

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

interface Vector {
  readonly original: string;
  readonly compressed: string;
  readonly response: string;
  readonly recovered?: string;
  readonly error?: string;
}
const { vectors }: { vectors: Vector[] } = read("../../fixtures/recover/llmlingua-0.2.2.json");
const tokenizer = await tokenizerFromJson(read("../tokens/tiny-tokenizer.json"), "tiny");

const recovered = ({ original, compressed, response }: Vector) => {
  const originalIds = tokenizer.encode(original).ids;
  return recoverLikeReference({ originalIds, compressed, response, tokenizer });
};

describe("recoverLikeReference", () => {
  it("repeats the Python reference in every vector that it survives", () => {
    const survived = vectors.filter((vector) => vector.error === undefined);
    expect(survived.length).toBeGreaterThan(100);
    expect(survived.map(recovered)).toEqual(survived.map((vector) => vector.recovered));
    expect(survived.some(({ response, recovered }) => response !== recovered)).toBe(true);
  });

  it("copies the words on which the reference fails", () => {
    const failed = vectors.filter((vector) => vector.error !== undefined);
    expect(failed.map(({ response }) => response)).toContain("");
    for (const vector of failed) expect(recovered(vector).trim()).toBe(vector.response.trim());
  });
});
