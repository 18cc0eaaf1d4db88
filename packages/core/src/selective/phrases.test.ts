import { describe, expect, test } from "vitest";
import { loadEnglishChunker } from "./english.js";
import { isEnglish } from "./language.js";
import { phraseEnds } from "./noun-phrases.js";
import { chunkers, phraseEndsOf } from "./phrases.js";
import { wordChunker } from "./words.js";

const cut = (sentence: string, ends: readonly number[]) =>
  ends.map((end, index) => sentence.slice(ends[index - 1] ?? 0, end));

describe("English phrases", () => {
  test("merge noun phrases and leave the rest word by word", async () => {
    const { ends } = await loadEnglishChunker();
    const sentence =
      "The researchers didn't find any significant difference, which surprised Dr. Smith's 10-year-old daughter.";
    expect(cut(sentence, ends(sentence))).toEqual([
      "The researchers",
      " did",
      "n't",
      " find",
      " any significant difference",
      ",",
      " which",
      " surprised",
      " Dr. Smith's 10-year-old daughter",
      ".",
    ]);
  });

  test.each([
    "",
    " ",
    "\0\0",
    "I'm",
    "👩‍👩‍👧 the cat's 😀",
    "\ud83d x",
    "สวัสดี",
    "constructor __proto__",
  ])("tile %j", async (sentence) => {
    const ends = (await loadEnglishChunker()).ends(sentence);
    expect(cut(sentence, ends).join("")).toBe(sentence);
    expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
  });

  test("are bounded and found in linear time whatever the tags", () => {
    const words = Array.from({ length: 100_000 }, () => ({ text: "x", tag: "ADJ" }));
    expect(phraseEnds(words).length).toBe(100_000);
    const nouns = Array.from({ length: 1000 }, () => ({ text: "x", tag: "NOUN" }));
    expect(phraseEnds(nouns).length).toBeGreaterThan(70);
  });
});

describe("words", () => {
  test("carry the white space before them", () => {
    const sentence = "Der 10-minütige Film lief, dann nicht.";
    const words = ["Der", " 10-minütige", " Film", " lief", ",", " dann", " nicht", "."];
    expect(cut(sentence, wordChunker.ends(sentence))).toEqual(words);
    expect(cut("我喜欢苹果", wordChunker.ends("我喜欢苹果"))).toEqual(["我", "喜欢", "苹果"]);
  });
});

const GERMAN =
  "Der Hund läuft im Park und die Katze schläft auf dem Sofa, weil es draußen kalt ist und war.";
const ENGLISH =
  "The dog runs in the park and the cat sleeps on the sofa, because it is cold outside and was.";

describe("auto", () => {
  test("takes words for what is not English", async () => {
    const auto = chunkers("auto");
    expect((await auto(GERMAN))(GERMAN).name).toBe("unicode-words");
    const english = await auto(ENGLISH);
    expect(english(ENGLISH).name).toBe("wink-noun-phrases");
    expect(english("我喜欢苹果。").name).toBe("unicode-words");
  });

  test.each([
    [ENGLISH, true],
    [GERMAN, false],
    ["Le chat dort sur le canapé et le chien court dans le parc parce que c'est l'été.", false],
    ["El perro corre por el parque y el gato duerme en el sofá porque hace frío fuera.", false],
    ["De hond loopt in het park en de kat slaapt op de bank, want het is buiten erg koud.", false],
    ["Quarterly results", true],
    ["Übergrößenträger", false],
    ["", true],
    ["Собака бежит в парке, а кошка спит на диване, потому что на улице холодно.", false],
  ])("%s: English %s", (text, expected) => {
    expect(isEnglish(text)).toBe(expected);
  });
});

test("a long sentence is cut piece by piece", () => {
  const sentence = "word ".repeat(2000);
  const pieces: string[] = [];
  const chunker = {
    name: "spy",
    ends: (piece: string) => {
      pieces.push(piece);
      return [piece.length];
    },
  };
  expect([...phraseEndsOf(sentence, chunker)].at(-1)).toBe(sentence.length);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(2048);
});
