import fc from "fast-check";
import { expect, it } from "vitest";
import { promptOf } from "../text/prompt.js";
import type { Span } from "../text/types.js";
import { sourceSpans } from "./source-spans.js";

const texts = fc.array(fc.stringMatching(/^[a-z ]{1,12}$/), { minLength: 1, maxLength: 8 });
const flags = fc.array(fc.boolean(), { minLength: 120, maxLength: 120 });

/** The stretches of set flags. */
function runsOf(set: readonly boolean[]): Span[] {
  const runs: { start: number; end: number }[] = [];
  set.forEach((flag, at) => {
    const last = runs.at(-1);
    if (!flag) return;
    if (last?.end === at) last.end = at + 1;
    else runs.push({ start: at, end: at + 1 });
  });
  return runs;
}

it("sourceSpans name in the prompt what the kept spans name in the joined contexts", () => {
  fc.assert(
    fc.property(texts, flags, (contexts, kept) => {
      const prompt = promptOf({ contexts });
      const keptSpans = runsOf(kept.slice(0, prompt.text.length));
      const whole = contexts.map((text, index) => ({
        index,
        text,
        ranges: [{ start: 0, end: text.length }],
      }));
      expect(sourceSpans(prompt, { contexts: whole, keptSpans }, [])).toEqual(
        keptSpans.map(({ start, end }) => [start, end]),
      );
    }),
  );
});

it("sourceSpans hold contexts given in another order and cut into ranges", () => {
  const prompt = promptOf({ contexts: ["one two", "three"], question: "q" });
  const contexts = [
    { index: 1, text: "three", ranges: [{ start: 0, end: 5 }] },
    {
      index: 0,
      text: "ontwo",
      ranges: [
        { start: 0, end: 2 },
        { start: 4, end: 7 },
      ],
    },
  ];
  const keptSpans = [{ start: 1, end: 12 }];
  const slices = sourceSpans(prompt, { contexts, keptSpans }, prompt.parts.slice(2)).map(
    ([start, end]) => prompt.text.slice(start, end),
  );
  expect(slices).toEqual(["on", "two", "hree\n\nq"]);
});
