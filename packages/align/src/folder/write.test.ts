import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSafetensors } from "@llmlingua/core/onnx";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ADAPTERS, INDEX, RECORD, writeBase } from "./fixture-suite.js";
import { readTraining } from "./read.js";
import { recoverOut } from "./recover.js";
import { type Disk, writeFolderTo } from "./write.js";

let root: string;
let given: { base: string; graphs: string };
let out: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "llmlingua-folder-"));
  given = await writeBase(root);
  out = join(root, "my scorer");
});
afterEach(() => rm(root, { recursive: true }));

const write = (training = RECORD, disk: Disk = { copyFile, writeFile }) =>
  writeFolderTo(disk, { ...given, out, adapters: ADAPTERS, scale: 2, training });
const text = (name: string) => readFile(join(out, name), "utf8");
/** What lies in the parent folder; nothing temporary may stay. */
const siblings = async () => (await readdir(root)).sort();

describe("an aligned scorer's folder", () => {
  test("has the base's files, the graph, the adapter, the record and a card", async () => {
    await write();
    expect((await readdir(out)).sort()).toEqual([
      "README.md",
      "adapter.safetensors",
      "scorer-adapted.onnx",
      "scorer.json",
      "tokenizer.json",
      "training.json",
      "weights-0.bin",
    ]);
    expect(JSON.parse(await text("scorer.json"))).toMatchObject({
      name: expect.stringMatching(/^tiny\+aligned-[0-9a-f]{8}$/),
      base: "tiny",
      graph: "scorer-adapted.onnx",
      adapter: "adapter.safetensors",
      license: "Apache-2.0",
      files: [
        INDEX.files[1],
        INDEX.files[2],
        { path: "scorer-adapted.onnx" },
        { path: "adapter.safetensors" },
      ],
    });
    const { tensors } = readSafetensors(await readFile(join(out, "adapter.safetensors")), "x");
    expect(tensors.get("layer0.qkv.b")?.data.slice(0, 5)).toEqual(Float32Array.of(4, 4, 4, 4, 0));
    expect(await siblings()).toEqual(["base", "graphs", "my scorer"]);
  });

  test("gives its record back", async () => {
    await write();
    expect(await readTraining(out, given.graphs)).toEqual(RECORD);
  });

  test("has a card with base, licence, data, settings and loss", async () => {
    await write({ ...RECORD, pairs: { ...RECORD.pairs, target: "a|b\n# c" } });
    const card = await text("README.md");
    expect(card).toContain("`llmlingua align report --scorer . --pairs PAIRS.jsonl`");
    for (const fact of [
      RECORD.base.sha256,
      RECORD.pairs.sha256,
      "Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0)",
      "on 8 of the 10 pairs held out",
      "2.0000 before, 1.5000 after (−25.0 %)",
      "| learningRate | 0.0005 |",
      "answers of a_b # c (",
    ]) {
      expect(card).toContain(fact);
    }
  });

  test("replaces an older one, and an empty folder", async () => {
    await mkdir(out);
    await write();
    await write({ ...RECORD, steps: 41 });
    expect((await readTraining(out, given.graphs)).steps).toBe(41);
    expect(await siblings()).toEqual(["base", "graphs", "my scorer"]);
  });

  test("that a killed run had moved aside gets its name again, and is replaced", async () => {
    await write();
    await rename(out, `${out}.old-0123abcd`);
    expect(await recoverOut(out)).toBe(true);
    expect((await readTraining(out, given.graphs)).steps).toBe(RECORD.steps);
    expect(await recoverOut(out)).toBe(false);
    await rename(out, `${out}.old-0123abcd`);
    await write({ ...RECORD, steps: 41 });
    expect((await readTraining(out, given.graphs)).steps).toBe(41);
    expect(await siblings()).toEqual(["base", "graphs", "my scorer"]);
  });

  test("is not taken from folders of another kind, nor guessed from several", async () => {
    await mkdir(`${out}.old-0123abcd`);
    await writeFile(join(`${out}.old-0123abcd`, "notes"), "mine");
    expect(await recoverOut(out)).toBe(false);
    await rm(`${out}.old-0123abcd`, { recursive: true });
    await write();
    for (const name of ["0123abcd", "4567abcd"])
      await cp(out, `${out}.old-${name}`, { recursive: true });
    await rm(out, { recursive: true });
    expect(await recoverOut(out)).toBe(false);
    expect(await siblings()).toHaveLength(4);
  });

  const addNotes = () => writeFile(join(out, "notes"), "");
  test.each<[string, () => Promise<unknown>]>([
    ["a folder of another kind", () => mkdir(out).then(addNotes)],
    ["a file", () => writeFile(out, "mine")],
    ["an aligned scorer with a file of the user's", () => write().then(addNotes)],
  ])("is not written over %s", async (_, prepare) => {
    await prepare();
    const before = await siblings();
    await expect(write()).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining(out),
    });
    expect(await siblings()).toEqual(before);
  });

  test("is not written over its own base", async () => {
    out = given.base;
    await expect(write()).rejects.toMatchObject({ code: "invalid-option" });
  });

  test.each(["weights-0.bin", "adapter.safetensors", "training.json", "scorer.json"])(
    "leaves the old one whole and nothing else when the disk is full at %s",
    async (full) => {
      await write();
      const fail = (path: string) => {
        if (path.endsWith(full)) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      };
      const disk: Disk = {
        async copyFile(from, to, mode) {
          fail(to);
          await copyFile(from, to, mode);
        },
        async writeFile(path, content) {
          fail(path);
          await writeFile(path, content);
        },
      };
      await expect(write({ ...RECORD, steps: 41 }, disk)).rejects.toMatchObject({
        code: "write-failed",
        message: expect.stringContaining("the disk is full"),
      });
      expect((await readTraining(out, given.graphs)).steps).toBe(RECORD.steps);
      expect(await siblings()).toEqual(["base", "graphs", "my scorer"]);
    },
  );

  test("is not made of another base, or of one that is damaged", async () => {
    await writeFile(join(given.base, "weights-0.bin"), "waights");
    await expect(write()).rejects.toMatchObject({
      code: "other-base",
      message: expect.stringContaining("weights-0.bin"),
    });
    expect(await siblings()).toEqual(["base", "graphs"]);
  });
});

describe("readTraining", () => {
  test("says what is no aligned scorer, and why", async () => {
    await expect(readTraining(given.base, given.graphs)).rejects.toMatchObject({
      code: "data-missing",
      message: expect.stringContaining("training.json cannot be read"),
    });
    await write();
    for (const [content, reason] of [
      ["{", "is not JSON"],
      [JSON.stringify({ ...RECORD, steps: -1 }), "has a wrong field steps"],
    ]) {
      await writeFile(join(out, "training.json"), content);
      await expect(readTraining(out, given.graphs)).rejects.toMatchObject({
        code: "data-missing",
        message: expect.stringContaining(reason),
      });
    }
  });

  test("says that a scorer is of another base", async () => {
    await write({ ...RECORD, base: { ...RECORD.base, name: "other" } });
    await expect(readTraining(out, given.graphs)).rejects.toMatchObject({
      code: "other-base",
      message: expect.stringContaining("trained on other"),
    });
  });
});
