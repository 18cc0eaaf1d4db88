import { describe, expect, it } from "vitest";
import { demonstrationsOf } from "./demonstrations.js";
import { promptOf } from "./prompt.js";
import { recurringStructure } from "./structure.js";
import type { Prompt, PromptInput } from "./types.js";

/** The workings found; undefined where contexts are no worked examples. */
const workings = (input: string | PromptInput | Prompt) => {
  const { text, parts } = promptOf(input);
  const found = demonstrationsOf(
    text,
    parts,
    recurringStructure(text, parts, { conclusions: true }),
  );
  return found?.workings.map(({ start, end }) => text.slice(start, end));
};

const GSM8K = [
  "Question: Ann has 3 apples. She buys 4 more. How many has she?\nLet's think step by step\nShe starts with 3 apples.\nWith the new ones that is 3 + 4 = 7.\nThe answer is 7",
  "Question: Bob reads 12 pages a day. How many in 5 days?\nLet's think step by step\nEvery day it is 12 pages.\nFive times that: 12 * 5 = 60.\nThe answer is 60",
  "Question: Eve had 20 nails and used 6. How many are left?\nLet's think step by step\nOf 20, six are gone: 20 - 6 = 14.\nThe answer is 14",
];
const GSM8K_WORKINGS = [
  "\nShe starts with 3 apples.\nWith the new ones that is 3 + 4 = 7.\n",
  "\nEvery day it is 12 pages.\nFive times that: 12 * 5 = 60.\n",
  "\nOf 20, six are gone: 20 - 6 = 14.\n",
];
const BBH = [
  "Q: Which one is odd?\nOptions:\n(A) three\n(B) four\nA: Let's think step by step.\nFour is two and two. Three is not. So the answer is (A).",
  "Q: What is even?\nOptions:\n(A) nine\n(B) ten\nA: Let's think step by step.\nTen can be halved. So the answer is (B).",
];
const DOCUMENTS = [
  "The river rose over night.\nIt was in the town by noon. People left by boat.",
  "A bridge was built in 1871.\nIts arches are of stone. Two of them fell later.",
  "Most orchards here are old.\nThey bear in autumn. Frost is what farmers fear.",
];

describe("demonstrationsOf", () => {
  it("finds the steps between the line that opens the answer and the closing formula", () => {
    expect(workings({ contexts: GSM8K })).toEqual(GSM8K_WORKINGS);
    expect(workings(GSM8K.join("\n\n"))).toEqual(GSM8K_WORKINGS);
  });

  it("takes the last labelled line for the opening, and the last sentence for the closing", () => {
    expect(workings({ contexts: BBH })).toEqual([
      "\nFour is two and two. Three is not. ",
      "\nTen can be halved. ",
    ]);
  });

  it("finds workings wherever instruction and question put them", () => {
    const input = { instruction: "Answer.", contexts: GSM8K, question: GSM8K[0] };
    expect(workings(input)).toEqual(GSM8K_WORKINGS);
  });

  it("finds workings that stand in one line with the label", () => {
    const contexts = [
      "Q: How many?\nA: Ann had three of them at first. Four came by later in the day. The answer is 7.",
      "Q: How many?\nA: Every day Bob reads all of twelve pages. It goes on like that. The answer is 60.",
    ];
    expect(workings({ contexts })).toEqual([
      " Ann had three of them at first. Four came by later in the day. ",
      " Every day Bob reads all of twelve pages. It goes on like that. ",
    ]);
  });

  it("reads full-width labels", () => {
    const contexts = [
      "问题： 小明有3个苹果，又买了4个。\n回答： 先数3个。再加4个。\n所以 答案 是 7。",
      "问题： 小红每天读12页，读5天。\n回答： 每天12页。\n所以 答案 是 60。",
    ];
    expect(workings({ contexts })).toEqual([" 先数3个。再加4个。\n", " 每天12页。\n"]);
  });

  // A word is what stands between spaces, and a closing sentence needs three of them.
  it("does not read Chinese without spaces", () => {
    const contexts = [
      "问题：小明有3个苹果，又买了4个。一共几个？\n回答：先数3个。再加4个，3+4=7。答案是7。",
      "问题：小红每天读12页，读5天。一共几页？\n回答：每天12页。5天是12*5=60。答案是60。",
    ];
    expect(workings({ contexts })).toBeUndefined();
  });

  it("reads line breaks of both kinds", () => {
    const contexts = GSM8K.map((text) => text.replaceAll("\n", "\r\n"));
    expect(workings({ contexts })).toEqual(
      GSM8K_WORKINGS.map((text) => text.replaceAll("\n", "\r\n")),
    );
  });

  it.each([
    ["\n", ""],
    ["  ", ""],
    ["\r\n \t", ""],
    ["", "\n \n"],
    [" ", " "],
  ])("looks through white space around contexts: %j … %j", (before, after) => {
    const contexts = GSM8K.map((text) => before + text + after);
    expect(workings({ contexts })).toEqual(GSM8K_WORKINGS);
  });

  it("looks through a space at the end of the opening line", () => {
    const contexts = GSM8K.map((text) => text.replace("by step\n", "by step \n"));
    expect(workings({ contexts })).toEqual(GSM8K_WORKINGS.map((text) => ` ${text}`));
  });

  it("recognises no pairs: there is no line that opens an answer before its formula", () => {
    const contexts = ["Input: fine\nOutput: it is good", "Input: awful\nOutput: it is bad"];
    expect(workings({ contexts })).toBeUndefined();
  });

  it("takes no label with a word after it for a formula, and no formula that is always filled alike", () => {
    const pairs = ["Input: fine\nOutput: good", "Input: awful\nOutput: bad"];
    expect(workings({ contexts: pairs })).toBeUndefined();
    const alike = ["Input: fine\nOutput: it is good", "Input: nice\nOutput: it is good"];
    expect(workings({ contexts: alike })).toBeUndefined();
  });

  it("has workings that begin and end with structure, ascending and apart", () => {
    const { text, parts } = promptOf({ contexts: [...GSM8K, ...GSM8K.toReversed()] });
    const found =
      demonstrationsOf(text, parts, recurringStructure(text, parts, { conclusions: true }))
        ?.workings ?? [];
    expect(found).toHaveLength(6);
    for (const [i, { start, end }] of found.entries()) {
      expect(start).toBeGreaterThan(i === 0 ? 0 : found[i - 1].end);
      expect(text.slice(0, start)).toMatch(/Let's think step by step$/);
      expect(text.slice(end)).toMatch(/^The answer is \d+/);
    }
  });

  it("wants a closing formula in half of the contexts, and in two", () => {
    const open = DOCUMENTS.map((text) => `Question: what of it?\n${text}`);
    expect(workings({ contexts: [...GSM8K.slice(0, 2), ...open.slice(0, 2)] })).toHaveLength(2);
    expect(workings({ contexts: [...GSM8K.slice(0, 2), ...open] })).toBeUndefined();
    expect(workings({ contexts: [GSM8K[0], open[0]] })).toBeUndefined();
  });

  it("leaves an example without a closing as it is", () => {
    const cut = GSM8K[2].replace("\nThe answer is 14", "");
    expect(workings({ contexts: [GSM8K[0], GSM8K[1], cut] })).toEqual(GSM8K_WORKINGS.slice(0, 2));
  });

  it("wants a line that opens the answer", () => {
    const contexts = GSM8K.map((text) => text.replace("Let's think step by step\n", ""));
    expect(workings({ contexts })).toBeUndefined();
  });

  it.each([
    [
      "mail",
      [
        "From: Ann\nThe meeting moved to Friday 10:00. Bring the contract.\nThanks and best regards, Ann",
        "From: Ben\nPay invoice 4711 by 3 May or we stop delivery.\nThanks and best regards, Ben",
      ],
    ],
    [
      "logs",
      [
        "INFO: start\nERROR out of memory at 0x7f\nretrying in 5s\nexit code is 1",
        "INFO: start\nall well\nexit code is 0",
      ],
    ],
    [
      "a service's chats",
      [
        "User: Where is my parcel?\nAssistant: It left today. Is there anything else you need?",
        "User: I want it back.\nAssistant: It is refunded. Is there anything else I can do?",
      ],
    ],
  ])("recognises nothing in %s that ends in a formula", (_name, contexts) => {
    expect(workings({ contexts })).toBeUndefined();
  });

  it("leaves contexts with a rate of their own out", () => {
    const { text, parts } = promptOf({ contexts: GSM8K });
    const own = parts.map((part, i) => (i === 0 ? { ...part, rate: 0.5 } : part));
    const found = demonstrationsOf(text, own, recurringStructure(text, own, { conclusions: true }));
    expect(found?.workings).toHaveLength(GSM8K.length - 1);
  });

  it("recognises nothing in one context and nothing in none", () => {
    expect(workings({ contexts: [GSM8K[0]] })).toBeUndefined();
    expect(workings({ contexts: [GSM8K.join("\n")] })).toBeUndefined();
    expect(workings({ contexts: [] })).toBeUndefined();
    expect(workings("")).toBeUndefined();
    expect(workings({ instruction: GSM8K[0], question: GSM8K[1] })).toBeUndefined();
  });

  it("recognises nothing in documents", () => {
    expect(workings({ contexts: DOCUMENTS })).toBeUndefined();
    expect(workings(DOCUMENTS.join("\n\n"))).toBeUndefined();
    const sourced = DOCUMENTS.map((text, i) => `Title: ${i}\n${text}\nSource: ${"abc"[i]}`);
    expect(workings({ contexts: sourced })).toBeUndefined();
  });

  it("recognises nothing in turns of a conversation", () => {
    const turns = [
      "User: Where is the harbour?\nAssistant: Down the hill, behind the market.",
      "User: And when does the ferry leave?\nAssistant: At noon.",
      "User: Thank you.\nAssistant: Have a good trip!",
    ];
    expect(workings({ contexts: turns })).toBeUndefined();
  });

  it("recognises nothing in lists, tables and headings", () => {
    expect(workings("- one\n- two\n\n- three\n- four\n\n- five")).toBeUndefined();
    expect(workings("| a | b |\n| 1 | 2 |\n\n| c | d |\n| 3 | 4 |")).toBeUndefined();
    expect(workings("# One\nRain.\n\n# Two\nSnow.\n\n# Three\nHail.")).toBeUndefined();
  });

  // A last line that is the same everywhere answers nothing.
  it.each([
    ["code", "function a() {\n  return b;\n}\n\nfunction c() {\n  go();\n}"],
    ["fenced code", "Install:\n```\nnpm i\n```\n\nTest:\n```\nnpm test\n```"],
    ["rules", "One\nrain\n---\n\nTwo\nsnow\n---"],
    ["footers", "It rained. All rights reserved.\n\nThe sun shone. All rights reserved."],
    ["letters", "The boat came.\nBest regards\nAnn\n\nWe sail at noon.\nBest regards\nAnn"],
  ])("recognises nothing in what merely ends alike: %s", (_name, text) => {
    expect(workings(text)).toBeUndefined();
  });
});
