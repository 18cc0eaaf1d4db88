import fc from "fast-check";
import { expect, it } from "vitest";
import { count, folderOf } from "../folder-suite.js";
import { haystackOf } from "./haystack.js";
import { needle } from "./needle.js";

it("hides a fact at every depth of texts of every length", async () => {
  const groups = await needle.load({ count });
  expect(groups).toHaveLength(2 * 5 * 2);
  for (const { id, contexts, items } of groups) {
    const [, length, depth] = id.match(/^(\d+)@(\d+):/) ?? [];
    const [{ answers, suffix, gold }] = items;
    const found = contexts.flatMap((text, at) => (text.includes(answers[0]) ? [at] : []));
    expect(found).toEqual([Math.round((Number(depth) / 100) * (contexts.length - 1))]);
    expect(count(contexts.join("\n\n"))).toBeLessThanOrEqual(Number(length));
    expect(count(contexts.join("\n\n"))).toBeGreaterThan(0.9 * Number(length));
    expect(gold).toBe(` ${answers[0]}`);
    expect(suffix).toMatch(
      /^\n\nQuestion: What is the access code of the archive in .+\?\nAnswer:$/,
    );
  }
});

it("reads filler of the user's and takes lengths, depths and needles as asked", async () => {
  const data = await folderOf({
    "needle/b.txt": "Third 👩‍🚀.\r\n",
    "needle/a.txt": "First.\r\n\r\nSecond.",
  });
  const choices = { lengths: "40,80", depths: "50", needles: "3" };
  const groups = await needle.load({ count, data, choices });
  expect(groups.map(({ id }) => id)).toEqual([
    "40@50:0",
    "80@50:0",
    "40@50:1",
    "80@50:1",
    "40@50:2",
    "80@50:2",
  ]);
  const filler = groups[0].contexts.filter((text) => !text.includes("archive"));
  expect(new Set(filler)).toEqual(new Set(["First.", "Second.", "Third 👩‍🚀."]));
  const other = await needle.load({ count, data, choices, seed: 1 });
  expect(other[0].items[0].answers).not.toEqual(groups[0].items[0].answers);
});

it.each([
  [{ depths: "101" }, "depths is 101; it must be a whole number from 0 to 100."],
  [{ lengths: "0" }, "lengths is 0; it must be a whole number from 1 to 1000000."],
  [{ needles: "no" }, "needles is no; it must be a whole number of 1 or more."],
])("refuses %j", async (choices, message) => {
  await expect(needle.load({ count, choices })).rejects.toThrow(message);
});

it("says when a folder has no text, or a text that is none", async () => {
  const bare = await folderOf({ "needle/readme.md": "x" });
  await expect(needle.load({ count, data: bare })).rejects.toThrow("No file *.txt in");
  const binary = await folderOf({ "needle/a.txt": new Uint8Array([1, 0, 2]) });
  await expect(needle.load({ count, data: binary })).rejects.toThrow("a.txt is not text in UTF-8");
});

it("never passes the length but for the needle alone, and keeps the filler's order", () => {
  const filler = ["a b c", "d", "e f", "g h i j"];
  fc.assert(
    fc.property(fc.nat(60), fc.nat(3), fc.nat(100), (length, from, depth) => {
      const all = haystackOf({ filler, from, needle: "N N", length, depth, count });
      const rest = all.filter((text) => text !== "N N");
      expect(all).toHaveLength(rest.length + 1);
      expect(rest).toEqual(rest.map((_, i) => filler[(from + i) % 4]));
      expect(rest.length === 0 || count(all.join("\n\n")) <= length).toBe(true);
    }),
  );
});
