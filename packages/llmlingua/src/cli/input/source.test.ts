import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeOutside } from "../../../test/cli-fakes.js";
import { run } from "../run.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-source-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const compress = async (args: string[], given: Parameters<typeof fakeOutside>[0] = {}) => {
  const outside = fakeOutside(given);
  const code = await run(["compress", "-r", "0.5", ...args], outside.context);
  return { code, out: outside.stdout(), err: outside.stderr(), calls: outside.calls };
};

describe("--messages", () => {
  const messages = [
    { role: "user", content: "The boats leave Torvik on Sundays" },
    { role: "assistant", content: "They do" },
  ];

  test("gives an array for an array, and an object for an object", async () => {
    const array = await compress(["--messages"], { stdin: JSON.stringify(messages) });
    expect([array.code, array.err]).toEqual([0, ""]);
    const short = messages.map(({ role }) => ({ role, content: "short" }));
    expect(array.out).toBe(`${JSON.stringify(short, null, 2)}\n`);
    const body = { model: "m", messages, temperature: 0 };
    const object = await compress([file("body.json", JSON.stringify(body)), "--messages"], {
      terminal: true,
    });
    expect(object.out).toBe(`${JSON.stringify({ ...body, messages: short }, null, 2)}\n`);
    expect(object.calls[0].input).toEqual(messages);
  });

  test("hands on what stays", async () => {
    const args = [
      "--messages",
      "--role-rate",
      "tool=0.2",
      "--no-keep-last-user",
      "--keep-last",
      "2",
    ];
    const { calls } = await compress(args, { stdin: JSON.stringify(messages) });
    expect(calls[0].options).toMatchObject({
      rate: 0.5,
      roleRates: { tool: 0.2 },
      keepLastUser: false,
      keepLast: 2,
    });
    const plain = await compress(["--messages"], { stdin: "[]" });
    expect(Object.keys(plain.calls[0].options)).not.toContain("keepLastUser");
  });

  test("prints everything with --json, messages too", async () => {
    const { out } = await compress(["--messages", "--json"], { stdin: JSON.stringify(messages) });
    const result = JSON.parse(out);
    expect(result.messages[0]).toEqual({ role: "user", content: "short" });
    expect(result.original).toContain("tides");
  });

  test.each([
    ["{", "standard input is not JSON: "],
    [
      '"hello"',
      "standard input holds no messages: it is string. Expected an array of messages, or",
    ],
    ['{"prompt": []}', "it is an object without a list of messages"],
    [
      '[{"id": 12345678901234567891}]',
      "the number 12345678901234567891, which would not stay exact",
    ],
  ])("refuses %s", async (stdin, message) => {
    const { code, err } = await compress(["--messages"], { stdin });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test("keeps numbers that stay exact, and digits in texts", async () => {
    const stdin = '[{"a": "12345678901234567891", "b": 9007199254740992, "c": 1.5e300}]';
    expect((await compress(["--messages"], { stdin })).code).toBe(0);
  });

  test.each([
    [["--role-rate", "tool=1"], "--role-rate goes with --messages; add that."],
    [["--no-keep-last-user"], "--no-keep-last-user goes with --messages"],
    [["--keep-last", "1", "--tagged"], "--keep-last goes with --messages"],
  ])("is needed by %j", async (args, message) => {
    const { code, err } = await compress(args, { stdin: "text" });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("--json-rules", () => {
  const rules = { text: { rate: 0.3 }, "a.missing": { drop: true } };
  const stdin = '{"text": "The keeper left the lighthouse in autumn", "n": 1}';

  test.each(["inline", "from a file"])(
    "takes rules %s and says which match nothing",
    async (how) => {
      const json = JSON.stringify(rules);
      const given = how === "inline" ? ` ${json}` : file("rules.json", json);
      const { code, out, err, calls } = await compress(["--json-rules", given], { stdin });
      expect([code, out]).toEqual([0, stdin]);
      expect(err).toBe("note: the rule for a.missing matches nothing in standard input\n");
      const { form, parts } = calls[0].input as { form: string; parts: { rate: number }[] };
      expect([form, parts[0].rate]).toEqual(["json", 0.3]);
    },
  );

  test.each([
    ["{", "--json-rules is not JSON: "],
    ['{"text": {"rate": 2}}', 'The JSON rule for "text" has rate 2; give a number above 0'],
    ['{"text": {"keep": true}}', "there are rate, compress and drop"],
    ["nowhere.json", "Cannot read nowhere.json: there is no such file."],
    ["-", "Standard input (-) can be read only once."],
  ])("refuses %s", async (given, message) => {
    const { code, err, calls } = await compress(["--json-rules", given], { stdin });
    expect([code, calls]).toEqual([2, []]);
    expect(err).toContain(message);
  });

  test("refuses rules that are no object, and input that is no JSON", async () => {
    const list = await compress(["--json-rules", file("list.json", "[]")], { stdin });
    expect(list.err).toContain("list.json holds no rules: it is no object. Expected paths with");
    const text = await compress(["--json-rules", "{}"], { stdin: "not JSON" });
    expect(text.code).toBe(2);
    expect(text.err).toContain("line 1");
  });
});

describe("--tagged", () => {
  test("reads rates from the text, between instruction and question", async () => {
    const stdin = "<llmlingua rate=0.3>The keeper left</llmlingua>\n\nand nobody came";
    const asked = ["--instruction", "Answer.", "--question", "Who?"];
    const { code, out, calls } = await compress(["--tagged", ...asked], { stdin });
    expect(code).toBe(0);
    expect(out).toBe(`Answer.\n\n${stdin}\n\nWho?`);
    expect(calls[0].input).toMatchObject({
      form: "tagged",
      text: "Answer.\n\nThe keeper left\n\nand nobody came\n\nWho?",
      parts: [{ kind: "instruction" }, { rate: 0.3 }, { kind: "context" }, { kind: "question" }],
    });
  });

  test("refuses tags that do not fit, with their place", async () => {
    const { code, err } = await compress(["--tagged"], { stdin: "a\n<llmlingua rate=3>b" });
    expect(code).toBe(2);
    expect(err).toMatch(/line 2/);
  });
});

test.each(["--messages", "--json-rules={}", "--tagged"])("%s takes one FILE", async (flag) => {
  const [name] = flag.split("=");
  const { code, err } = await compress(["a", "b", flag]);
  expect(code).toBe(2);
  expect(err).toContain(`${name} takes exactly one FILE, and there are 2.`);
  expect((await compress([flag], { terminal: true })).err).toContain("No input. Give a FILE");
  expect((await compress([flag], { stdin: " " })).err).toContain("Standard input is blank");
});

test.each([
  [["--messages"], '[{"role": "user", "content": "hi"}]'],
  [["--json-rules", "{}"], '{"text": "The keeper left"}'],
  [["--tagged"], "<llmlingua>The keeper left</llmlingua>"],
])("explain shows input of %j", async (flags, stdin) => {
  const outside = fakeOutside({ stdin });
  expect(await run(["explain", "-r", "0.5", ...flags], outside.context)).toBe(0);
  expect(outside.stdout()).toMatch(/^part +original +kept/m);
});
