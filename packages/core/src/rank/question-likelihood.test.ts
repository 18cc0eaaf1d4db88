import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { zScores } from "./combined.js";
import { questionRanker } from "./question-likelihood.js";
import { describeRanker } from "./ranker-suite.js";

describeRanker("question likelihood", async () => questionRanker(createHashScorer()));
describeRanker("question likelihood by sentence", async () =>
  questionRanker(createHashScorer(), { by: "sentence" }),
);
describeRanker("question likelihood by document", async () =>
  questionRanker(createHashScorer(), { by: "document" }),
);

// What a text repeats costs the hash scorer little: a text with the question's words makes it likelier.
const QUESTION = "who painted the harbour at night";
const GOOD = "Old Berta painted the harbour at night. She lived near it.";
const OTHER = "Trains leave every hour. They are green and mostly late.";

describe("questionRanker", () => {
  it("prefers the text that makes the question likelier", async () => {
    for (const by of ["sentence", "document"] as const) {
      const ranker = questionRanker(createHashScorer(), { by });
      const [good, other] = await ranker.score(QUESTION, [GOOD, OTHER]);
      expect(good).toBeGreaterThan(other);
      expect(good).toBeLessThanOrEqual(0);
    }
  });

  it("takes a document for as good as its best sentence", async () => {
    const ranker = questionRanker(createHashScorer(), { by: "sentence" });
    const [alone, among] = await ranker.score(QUESTION, [
      "Old Berta painted the harbour at night.",
      `${OTHER} Old Berta painted the harbour at night. ${OTHER}`,
    ]);
    expect(among).toBe(alone);
  });

  it("by default adds how far a document is above the others by best sentence and as a whole", async () => {
    const texts = [GOOD, OTHER, "A harbour at night."];
    const by = async (by?: "sentence" | "document") =>
      Array.from(await questionRanker(createHashScorer(), { by }).score(QUESTION, texts));
    const [sentence, whole] = [await by("sentence"), await by("document")];
    const z = (scores: number[]) => Array.from(zScores(Float64Array.from(scores)));
    expect(await by()).toEqual(z(sentence).map((score, i) => score + z(whole)[i]));
    expect(await questionRanker(createHashScorer()).score(QUESTION, [GOOD])).toEqual(
      Float64Array.of(0),
    );
  });

  it("reads every sentence once, also when sentences follow documents", async () => {
    const scorer = createHashScorer();
    let calls = 0;
    const counting = {
      ...scorer,
      score: (...call: Parameters<typeof scorer.score>) => {
        calls++;
        return scorer.score(...call);
      },
    };
    const ranker = questionRanker(counting);
    await ranker.score(QUESTION, [GOOD, OTHER]);
    const before = calls;
    expect(before).toBe(6);
    await ranker.score(QUESTION, ["She lived near it.", "Trains leave every hour."]);
    expect(calls).toBe(before);
    await ranker.score("another question", ["She lived near it."]);
    expect(calls).toBe(before + 1);
  });

  it("has a question longer than the window read in pieces", async () => {
    const ranker = questionRanker(createHashScorer({ maxTokens: 32 }));
    const scores = await ranker.score("why ".repeat(200), [GOOD, OTHER]);
    expect(Array.from(scores).every(Number.isFinite)).toBe(true);
  });
});
