import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.doUnmock("wink-nlp");
  vi.resetModules();
});

test("says how to install the tagger when it is missing, and tries again later", async () => {
  vi.doMock("wink-nlp", () => {
    throw new Error("Cannot find package 'wink-nlp'");
  });
  const { openTagger } = await import("./tagger.js");
  await expect(openTagger()).rejects.toMatchObject({
    code: "missing-dependency",
    message: expect.stringContaining("npm install wink-nlp wink-eng-lite-web-model"),
  });
  vi.doUnmock("wink-nlp");
  const tagger = await openTagger();
  expect(tagger("The cat.").map(({ tag }) => tag)).toEqual(["DET", "NOUN", "PUNCT"]);
});

test("is made anew as often as one likes, and reads alike each time", async () => {
  const { openTagger } = await import("./tagger.js");
  const sentence = "If each of David's sisters has two brothers, I'm lost.";
  const first = (await openTagger())(sentence);
  for (let text = 0; text < 8; text++) expect((await openTagger())(sentence)).toEqual(first);
});
