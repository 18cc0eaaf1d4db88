import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cachedTarget } from "./cached.js";
import type { Target } from "./types.js";

const usage = { promptTokens: 1, completionTokens: 2, cachedTokens: 0 };
const asked = { maxNewTokens: 8, stop: ["\n"] };

/** A target that counts how often it is asked, and fails for the prompt "fail". */
function counted() {
  let calls = 0;
  const target: Required<Target> = {
    name: "m",
    where: "here",
    async generate(prompt) {
      calls++;
      if (prompt === "fail") throw new Error("down");
      return { text: `${prompt}!`, finished: true, usage, ms: 5 };
    },
    async likelihood(_, continuation) {
      calls++;
      return { nats: -continuation.length, tokens: 1, usage, ms: 5 };
    },
    close: async () => {},
  };
  return { target, calls: () => calls };
}

async function folder() {
  const directory = await mkdtemp(join(tmpdir(), "targets-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

async function files(directory: string): Promise<string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}

test("an answer is asked for once, also by a later process, and has no time then", async () => {
  const directory = await folder();
  const { target, calls } = counted();
  const first = cachedTarget(target, { directory, identity: { api: "chat", seed: 0 } });
  expect(await first.generate?.("a", asked)).toEqual({ text: "a!", finished: true, usage, ms: 5 });
  expect((await first.likelihood?.("a", "b"))?.ms).toBe(5);
  const second = cachedTarget(target, { directory, identity: { seed: 0, api: "chat" } });
  expect(await second.generate?.("a", asked)).toEqual({ text: "a!", finished: true, usage });
  expect(await second.likelihood?.("a", "b")).toEqual({ nats: -1, tokens: 1, usage });
  expect(calls()).toBe(2);
});

test("all that changes an answer asks again", async () => {
  const directory = await folder();
  const { target, calls } = counted();
  const of = (identity: object, changes: object = {}) =>
    cachedTarget({ ...target, ...changes }, { directory, identity: { ...identity } });
  await of({}).generate?.("a", asked);
  await of({}).generate?.("b", asked);
  await of({}).generate?.("a", { ...asked, maxNewTokens: 9 });
  await of({}).generate?.("a", { ...asked, stop: [] });
  await of({}).generate?.("a", { ...asked, temperature: 0.7 });
  const history = [{ role: "system", content: "s" }] as const;
  await of({}).generate?.("a", { ...asked, history });
  await of({}).generate?.("a", { ...asked, history: [{ role: "user", content: "s" }] });
  await of({}).generate?.("a", { ...asked, history, temperature: 0.7 });
  await of({}).generate?.("a", { ...asked, temperature: 0, history: [] });
  await of({ api: "chat" }).generate?.("a", asked);
  await of({}, { name: "n" }).generate?.("a", asked);
  await of({}, { where: "there" }).generate?.("a", asked);
  await of({}).likelihood?.("a", "bc");
  await of({}).likelihood?.("ab", "c");
  expect(calls()).toBe(13);
});

test("failures are not kept", async () => {
  const { target, calls } = counted();
  const cached = cachedTarget(target, { directory: await folder(), identity: {} });
  for (const _ of [1, 2]) await expect(cached.generate?.("fail", asked)).rejects.toThrow("down");
  expect(calls()).toBe(2);
});

test("damaged entries are asked for again, and then kept", async () => {
  const directory = await folder();
  const { target, calls } = counted();
  const cached = cachedTarget(target, { directory, identity: {} });
  for (const part of ["content-v2", "index-v5"]) {
    await cached.generate?.("a", asked);
    const before = calls();
    for (const file of await files(join(directory, part))) await writeFile(file, "no such thing");
    expect((await cached.generate?.("a", asked))?.text).toBe("a!");
    expect(calls()).toBe(before + 1);
    expect((await cached.generate?.("a", asked))?.ms).toBeUndefined();
    expect(calls()).toBe(before + 1);
  }
});

test("a folder that cannot be used stops nothing", async () => {
  const file = join(await folder(), "file");
  await writeFile(file, "");
  const { target, calls } = counted();
  const cached = cachedTarget(target, { directory: file, identity: {} });
  for (const _ of [1, 2]) expect((await cached.generate?.("a", asked))?.text).toBe("a!");
  expect(calls()).toBe(2);
});

test("several at once on one folder do not disturb each other", async () => {
  const directory = await folder();
  const { target, calls } = counted();
  const two = [1, 2].map(() => cachedTarget(target, { directory, identity: {} }));
  const ask = () =>
    Promise.all(
      two.flatMap((each) => Array.from({ length: 20 }, (_, i) => each.generate?.(`${i}`, asked))),
    );
  const texts = (await ask()).map((answer) => answer?.text);
  expect(texts.slice(0, 20)).toEqual(texts.slice(20));
  const before = calls();
  await ask();
  expect(calls()).toBe(before);
});

test("what a target cannot do, it cannot do with a cache; a fired signal is minded", async () => {
  const { target, calls } = counted();
  const { name, where, close, generate } = target;
  const options = { directory: await folder(), identity: {} };
  const cached = cachedTarget({ name, where, close, generate }, options);
  expect(cached.likelihood).toBeUndefined();
  const signal = AbortSignal.abort();
  await expect(cached.generate?.("a", { ...asked, signal })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(calls()).toBe(0);
});
