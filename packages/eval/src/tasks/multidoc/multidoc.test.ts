import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { multidoc } from "./multidoc.js";

const doc = (n: number, isgold = false) => ({ title: `T${n}`, text: `text ${n}`, isgold });
const QUESTIONS = Array.from({ length: 6 }, (_, i) => ({
  question: `which ${i}`,
  answers: [`text ${i}`],
  ctxs: [doc(i, true), ...Array.from({ length: 19 }, (_, d) => doc(100 + d))],
}));
const packed = (rows: readonly unknown[]) => gzipSync(linesOf(...rows));
const FILES = {
  "nq_multidoc/nq-open-20_total_documents_gold_at_0.jsonl.gz": packed(QUESTIONS),
};

it("sets the gold document at place 9 of 20 and numbers all of them", async () => {
  const data = await folderOf(FILES);
  const [group] = await multidoc.load({ count, data });
  expect(group.contexts).toHaveLength(20);
  expect(group.contexts[0]).toBe("Document [1](Title: T100) text 100");
  expect(group.contexts[9]).toBe("Document [10](Title: T0) text 0");
  expect(group.contexts[10]).toBe("Document [11](Title: T109) text 109");
  expect(group.items[0]).toEqual({
    id: "0",
    suffix: "\n\nQuestion: which 0\nAnswer:",
    gold: " text 0",
    answers: ["text 0"],
  });
  expect([group.question, group.asks, group.joint]).toEqual(["which 0", true, "\n"]);
});

it("sets it anywhere, among fewer documents, or alone", async () => {
  const places = async (choices: Record<string, string>) => {
    const [{ contexts }] = await multidoc.load({ count, data: await folderOf(FILES), choices });
    return [contexts.length, contexts.findIndex((text) => text.endsWith("(Title: T0) text 0"))];
  };
  expect(await places({ gold: "0" })).toEqual([20, 0]);
  expect(await places({ gold: "19" })).toEqual([20, 19]);
  expect(await places({ documents: "5" })).toEqual([5, 4]);
  expect(await places({ only: "gold" })).toEqual([1, 0]);
  await expect(places({ gold: "20" })).rejects.toThrow(
    "gold is 20; it must be a whole number from 0 to 19.",
  );
  await expect(places({ only: "gold", gold: "3" })).rejects.toThrow("so gold says nothing");
  await expect(places({ distractors: "bm52" })).rejects.toThrow("it must be bm25 or random");
});

it("draws gold documents of other questions, never one with an answer, and says when there are too few", async () => {
  const data = await folderOf(FILES);
  const choices = { distractors: "random", documents: "6", gold: "0" };
  const [first] = await multidoc.load({ count, data, choices });
  expect(first.contexts.slice(1).every((text) => /text [1-5]$/.test(text))).toBe(true);
  const other = await multidoc.load({ count, data, choices, seed: 1 });
  expect(other[0].contexts).not.toEqual(first.contexts);
  const many = { ...choices, documents: "7" };
  await expect(multidoc.load({ count, data, choices: many })).rejects.toThrow("lower documents");
});

it("reads the derived file before the official one, and a file that is named", async () => {
  const derived = "nq_multidoc/derived-nq20-bm25-gold_at_0.jsonl.gz";
  const data = await folderOf({
    ...FILES,
    [derived]: packed(QUESTIONS.slice(1)),
    "nq_multidoc/own.jsonl": linesOf(QUESTIONS[2]),
  });
  const first = async (choices: Record<string, string>) =>
    (await multidoc.load({ count, data, choices }))[0].question;
  expect(await first({})).toBe("which 1");
  expect(await first({ file: "own.jsonl" })).toBe("which 2");
});

it("names the line and field of a question without a gold document", async () => {
  const wrong = { ...QUESTIONS[1], ctxs: [doc(1), doc(2)] };
  const data = await folderOf({ "nq_multidoc/own.jsonl": linesOf(QUESTIONS[0], wrong) });
  await expect(multidoc.load({ count, data, choices: { file: "own.jsonl" } })).rejects.toThrow(
    /own\.jsonl, line 2, field ctxs: one document must have isgold true/,
  );
});

it("has own questions whose answers stand in their gold document alone", async () => {
  for (const { contexts, items } of await multidoc.load({ count })) {
    const holds = contexts.filter((text) =>
      items[0].answers.some((answer) => text.includes(answer)),
    );
    expect(holds).toEqual([contexts[9]]);
  }
});
