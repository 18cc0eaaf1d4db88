import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { arxiv } from "./arxiv.js";
import { cutTo, shared, withoutAbstract } from "./text.js";

const words = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${prefix}${i}`).join(" ");
const ABSTRACT = words("a", 60);
const paper = (id: string, text: string, abstract = ABSTRACT) => ({ id, abstract, text });
const CHOICES = { least: "50", most: "100" };

it("takes papers of the files in turn and leaves out those that are short or hold their abstract", async () => {
  const long = `${words("x", 40)}\n\n${words("y", 40)}`;
  const data = await folderOf({
    "arxiv_open/unarxive_sample.jsonl": linesOf(
      { paper_id: "1", abstract: ABSTRACT, text: long },
      paper("short", words("x", 40)),
      paper("2", long),
    ),
    "arxiv_open/scisumm_2018.jsonl": linesOf(
      paper("brief", long, words("a", 39)),
      paper("told", `${long}\n\n${words("z", 7)}`, `${words("x", 20)} ${words("b", 30)}`),
      paper("3", long),
    ),
  });
  const groups = await arxiv.load({ count, data, choices: CHOICES });
  expect(groups.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(groups[0].contexts).toEqual(long.split("\n\n"));
  expect(groups[0].items[0]).toEqual({
    id: "1",
    suffix: "\n\nAbstract of this paper:\n",
    gold: ABSTRACT,
    answers: [ABSTRACT],
  });
  const full = await arxiv.load({ count, data, choices: { ...CHOICES, reference: "full" } });
  expect(full[0].items[0].answers).toEqual([]);
});

it("tells papers of the same id apart, whichever of them are taken", async () => {
  const long = `${words("x", 40)}\n\n${words("y", 40)}`;
  const data = await folderOf({
    "arxiv_open/a.jsonl": linesOf(paper("1", words("x", 40)), paper("2", long)),
    "arxiv_open/b.jsonl": linesOf(paper("1", long), paper("1", `${long} z`)),
  });
  const choices = { ...CHOICES, files: "a.jsonl,b.jsonl,a.jsonl" };
  const groups = await arxiv.load({ count, data, choices });
  expect(groups.map(({ id }) => id)).toEqual(["1#1", "2", "1#2"]);
  expect(groups.map(({ items }) => items[0].id)).toEqual(["1#1", "2", "1#2"]);
  const [last] = await arxiv.load({ count, data, choices, skip: 2 });
  expect(last).toEqual(groups[2]);
});

it("drops everything up to the abstract where a text begins with it", () => {
  const text = `Title\n\n${ABSTRACT}\n\nBody.`;
  expect(withoutAbstract(text, ABSTRACT)).toBe("Body.");
  expect(shared(ABSTRACT, text)).toBe(1);
});

it("cuts at the end of a paragraph, else of a line or sentence, else where the size ends", () => {
  const cut = (text: string) => cutTo(text, 10, count);
  expect(cut(`${words("a", 8)}\n\n${words("b", 8)}`)).toBe(words("a", 8));
  expect(cut(`${words("a", 8)}\n${words("b", 8)}`)).toBe(words("a", 8));
  expect(cut(`${words("a", 8)}. ${words("b", 8)}`)).toBe(`${words("a", 8)}.`);
  expect(cut(words("a", 20))).toBe(words("a", 10));
});

it("names the line and field of a paper without a name, and says when all are too short", async () => {
  const unnamed = linesOf({ abstract: ABSTRACT, text: "Text." });
  const choices = { files: "own.jsonl" };
  const data = await folderOf({ "arxiv_open/own.jsonl": unnamed });
  await expect(arxiv.load({ count, data, choices })).rejects.toThrow(
    /own\.jsonl, line 1, field id: /,
  );
  const short = await folderOf({ "arxiv_open/own.jsonl": linesOf(paper("1", "Text.")) });
  await expect(arxiv.load({ count, data: short, choices })).rejects.toThrow(
    "has 2000 tokens of text",
  );
});
