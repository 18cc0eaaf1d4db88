import { describe, expect, test } from "vitest";
import { specialTokensOf } from "./special-tokens.js";

const BERT = { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] };
const ROBERTA = { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0] };
const special = (id: string, type_id = 0) => ({ SpecialToken: { id, type_id } });
const TEMPLATE = {
  type: "TemplateProcessing",
  single: [special("C"), { Sequence: { id: "A", type_id: 0 } }, special("S")],
  pair: [
    special("C"),
    { Sequence: { id: "A", type_id: 0 } },
    special("S"),
    { Sequence: { id: "B", type_id: 1 } },
    special("S", 1),
  ],
  special_tokens: { C: { id: "C", ids: [2] }, S: { id: "S", ids: [3] } },
};

describe("special tokens", () => {
  test.each([
    ["BERT", BERT],
    ["a template", TEMPLATE],
    ["a sequence", { type: "Sequence", processors: [{ type: "ByteLevel" }, TEMPLATE] }],
  ])("stand around and between texts: %s", (_, json) => {
    const specials = specialTokensOf(json, "x");
    expect(specials).toMatchObject({ single: 2, pair: 3 });
    expect(specials.assemble([7, 8])).toEqual({ ids: [2, 7, 8, 3], typeIds: [0, 0, 0, 0] });
    expect(specials.assemble([7], [8, 9])).toEqual({
      ids: [2, 7, 3, 8, 9, 3],
      typeIds: [0, 0, 0, 1, 1, 1],
    });
  });

  test("are doubled between the texts of RoBERTa, which has one type", () => {
    const specials = specialTokensOf(ROBERTA, "x");
    expect(specials).toMatchObject({ single: 2, pair: 4 });
    expect(specials.assemble([7], [8])).toEqual({
      ids: [0, 7, 2, 2, 8, 2],
      typeIds: [0, 0, 0, 0, 0, 0],
    });
  });

  test("may be absent", () => {
    for (const json of [null, undefined, { type: "ByteLevel" }]) {
      const specials = specialTokensOf(json, "x");
      expect(specials.assemble([7], [8])).toEqual({ ids: [7, 8], typeIds: [0, 1] });
    }
  });

  test.each([{ type: "Other" }, { type: "TemplateProcessing" }, { type: "BertProcessing" }])(
    "that cannot be read are an error: %o",
    (json) => {
      expect(() => specialTokensOf(json, "x")).toThrow(
        expect.objectContaining({ code: "unknown-tokenizer" }),
      );
    },
  );
});
