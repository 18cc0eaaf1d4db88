import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isObject, type JsonObject } from "./json.js";
import { pieceTokenizerFromJson } from "./piece-tokenizer.js";
import type { PieceTokenizer } from "./types.js";

const fixtures = new URL("../../../fixtures/llmlingua2/", import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"));

const { corpus, tricky } = read("texts.json");
const texts: string[] = [...tricky, ...Object.values<string>(corpus)];
const recorded: { [name: string]: number[][] } = read("tokenizers.json");
const bert: JsonObject = read("tiny-bert/tokenizer.json");
const roberta: JsonObject = read("tiny-xlm-roberta/tokenizer.json");

const normalizer = (changes: object) => ({ ...(bert.normalizer as object), ...changes });
const { pretokenizers } = roberta.pre_tokenizer as { pretokenizers: unknown[] };
const spaces = { type: "Replace", pattern: { Regex: " {2,}" }, content: " " };
const variants: { [name: string]: JsonObject } = {
  bert,
  "bert-lower-case": { ...bert, normalizer: normalizer({ lowercase: true }) },
  "bert-accents-only": { ...bert, normalizer: normalizer({ strip_accents: true }) },
  "xlm-roberta": roberta,
  "xlm-roberta-converted": {
    ...roberta,
    normalizer: { type: "Sequence", normalizers: [roberta.normalizer, spaces] },
    pre_tokenizer: pretokenizers[1],
  },
};
const tokenizers = Object.entries(variants).map(
  ([name, json]) => [name, pieceTokenizerFromJson(json, name)] as const,
);

describe.each(tokenizers)("the tokenizer %s", (name, tokenizer) => {
  test.each(texts.map((text, index) => [text.slice(0, 40), text, recorded[name][index]] as const))(
    "gives the ids of Python's tokenizers for %j",
    (_, text, ids) => {
      expect([...tokenizer.encode(text, { special: true }).ids]).toEqual(ids);
    },
  );

  test("gives offsets that ascend and lie in the text", () => {
    for (const text of texts) expectOffsets(tokenizer, text);
  });

  test("reads a long text in blocks as it reads it whole", () => {
    const text = Object.values(corpus).join(" ").repeat(3);
    const parts = text.split(/(?= )/);
    const ids = parts.flatMap((part) => [...tokenizer.encode(part).ids]);
    if (name === "xlm-roberta" || name.startsWith("bert")) {
      expect([...tokenizer.encode(text).ids]).toEqual(ids);
    }
  });

  test("reads ideographs in blocks as it reads them whole", () => {
    const text = "市议会星期二开会讨论新图书馆的预算".repeat(600);
    const { ids, start } = tokenizer.encode(text);
    const middle = Array.from(start).indexOf(5000);
    if (!name.startsWith("bert")) return;
    const [before, after] = [text.slice(0, 5000), text.slice(5000)].map((part) =>
      tokenizer.encode(part),
    );
    expect([...ids]).toEqual([...before.ids, ...after.ids]);
    expect(middle).toBe(before.ids.length);
  });

  test("takes linear time for 200,000 characters without a space", () => {
    for (const text of ["a".repeat(200_000), "市".repeat(200_000), "é́".repeat(100_000)]) {
      const started = performance.now();
      tokenizer.encode(text);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});

function expectOffsets(tokenizer: PieceTokenizer, text: string) {
  for (const special of [true, false]) {
    const { ids, start, end, tokens } = tokenizer.encode(text, { special });
    for (let index = 0; index < ids.length; index++) {
      expect(start[index]).toBeLessThanOrEqual(end[index]);
      expect(end[index]).toBeLessThanOrEqual(text.length);
      if (index > 0) expect(start[index]).toBeGreaterThanOrEqual(start[index - 1]);
      const source = text.slice(start[index], end[index]);
      const name = tokens[index].replace(tokenizer.family === "bert" ? /^##/ : /▁/, "");
      if (/^[\x21-\x7e]+$/.test(source) && name !== "[UNK]") {
        expect(name.toLowerCase()).toBe(source.toLowerCase());
      }
    }
  }
}

describe("text that spells a special token", () => {
  test.each(tokenizers)("is plain text to %s unless asked for", (_, tokenizer) => {
    const { start, end, unknown } = tokenizer.encoderTokens;
    const text = "[CLS]a[SEP] <s> b</s> ＜s＞<mask>";
    const plain = tokenizer.encode(text);
    expect([...plain.ids].filter((id) => id === start || id === end)).toEqual([]);
    const special = tokenizer.encode(text, { special: true });
    expect(special.ids).toContain(start);
    expect(plain.ids.length).toBeGreaterThan(special.ids.length);
    expect(unknown).toBeGreaterThan(0);
  });
});

describe("the settings of tokenizer_config.json", () => {
  test("win over the normalizer's", () => {
    const tokenizer = pieceTokenizerFromJson(bert, "x", { do_lower_case: true });
    expect(tokenizer.encode("THE").ids).toEqual(tokenizer.encode("the").ids);
  });
});

describe("a tokenizer.json of another kind", () => {
  test.each([
    [{}, "unknown-tokenizer", /no "model"/],
    [{ ...bert, model: { type: "BPE", vocab: {} } }, "unknown-tokenizer", /the model BPE/],
    [{ ...bert, normalizer: { type: "NFC" } }, "unknown-tokenizer", /the normalizer NFC/],
    [{ ...bert, pre_tokenizer: { type: "ByteLevel" } }, "unknown-tokenizer", /pre-tokenizer Byte/],
    [{ ...bert, decoder: null }, "unknown-tokenizer", /the decoder null/],
    [
      { ...roberta, normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" } },
      "damaged-model",
      /precompiled_charsmap/,
    ],
    [
      { ...roberta, normalizer: { type: "Precompiled", precompiled_charsmap: "§" } },
      "damaged-model",
      /not base64/,
    ],
    [
      { ...bert, added_tokens: [], model: { ...(bert.model as object), vocab: { a: 0 } } },
      "damaged-model",
      /no token \[CLS\]/,
    ],
  ])("is refused by name", (json, code, message) => {
    expect(isObject(json)).toBe(true);
    expect(() => pieceTokenizerFromJson(json, "x")).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
