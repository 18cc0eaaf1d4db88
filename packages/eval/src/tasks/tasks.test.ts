import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { count, folderOf } from "./folder-suite.js";
import { TASKS, taskOf } from "./index.js";
import type { Group } from "./types.js";

type Choices = Readonly<Record<string, string>>;

function idsOf(groups: readonly Group[]): string[] {
  return groups.flatMap(({ items }) => items.map(({ id }) => id));
}

/** A prompt is found again by its group's name, an answer by its item's. */
function expectOwnNames(groups: readonly Group[]): void {
  for (const ids of [groups.map(({ id }) => id), idsOf(groups)]) {
    expect(new Set(ids).size).toBe(ids.length);
  }
}

describe.each(TASKS)("task $name with the data of the package", (task) => {
  it("has prompts and items whose names are their own", async () => {
    const groups = await task.load({ count });
    expect(idsOf(groups).length).toBeGreaterThan(2);
    expectOwnNames(groups);
    for (const { contexts, items, asks } of groups) {
      expect(contexts.length).toBeGreaterThan(0);
      expect(contexts.every((context) => context.trim() !== "")).toBe(true);
      expect(items.every(({ suffix, gold }) => suffix !== "" && gold.trim() !== "")).toBe(true);
      expect(items.every(({ answers }) => answers.length > 0)).toBe(true);
      if (asks) expect(items).toHaveLength(1);
    }
  });

  it("gives the same items again", async () => {
    expect(JSON.stringify(await task.load({ count }))).toBe(
      JSON.stringify(await task.load({ count })),
    );
  });

  it("skips those that fewer items would have been", async () => {
    const [first, rest] = [
      await task.load({ count, items: 1 }),
      await task.load({ count, skip: 1 }),
    ];
    const all = idsOf(await task.load({ count }));
    expect([...idsOf(first), ...idsOf(rest)].sort()).toEqual(all.sort());
  });

  it("refuses items and places that are not there, and unknown choices", async () => {
    const invalid = (message: string) => ({
      code: "invalid-option",
      message: expect.stringContaining(message),
    });
    await expect(task.load({ count, items: 0 })).rejects.toMatchObject(invalid("items is 0"));
    await expect(task.load({ count, skip: -1 })).rejects.toMatchObject(invalid("skip is -1"));
    await expect(task.load({ count, skip: 9999 })).rejects.toMatchObject(invalid("skip is 9999"));
    await expect(task.load({ count, choices: { colour: "red" } })).rejects.toMatchObject(
      invalid(`Task ${task.name} has no choice colour; it has `),
    );
  });

  it("says which folder or file is missing", async () => {
    const data = await folderOf({});
    const none = join(data, "none");
    for (const folder of [data, none]) {
      await expect(task.load({ count, data: folder })).rejects.toMatchObject({
        code: "data-missing",
        message: expect.stringContaining(folder),
      });
    }
  });

  it("runs full and zero, and has a paper and lines of help", () => {
    expect(task.methods).toEqual(expect.arrayContaining(["full", "zero"]));
    expect(new Set(task.methods).size).toBe(task.methods.length);
    expect(task.paper).not.toBe("");
    expect(Object.values(task.choices).every((help) => help.length > 10)).toBe(true);
  });
});

const TWICE: readonly [name: string, once: Choices, twice: Choices][] = [
  ["arxiv", { files: "papers.jsonl" }, { files: "papers.jsonl,papers.jsonl" }],
  ["bbh", { subtasks: "shelf_order" }, { subtasks: "shelf_order, shelf_order" }],
  ["longbench", { datasets: "trec,samsum" }, { datasets: "trec,samsum,trec" }],
  ["needle", { depths: "50", lengths: "900" }, { depths: "50,050", lengths: "900,900,9e2" }],
];
it.each(TWICE)("takes what %s is asked for twice once", async (name, once, twice) => {
  const groups = await taskOf(name).load({ count, choices: twice });
  expectOwnNames(groups);
  expect(JSON.stringify(groups)).toBe(
    JSON.stringify(await taskOf(name).load({ count, choices: once })),
  );
});

it.each(["multidoc", "needle"])("lets an answer to %s begin with a line break", (name) => {
  expect(taskOf(name).stop).toEqual([]);
});

it("finds tasks by name and names them all where there is none", () => {
  expect(taskOf("needle").name).toBe("needle");
  expect(() => taskOf("gms8k")).toThrow("There is no task gms8k; there are gsm8k, bbh, ");
});
