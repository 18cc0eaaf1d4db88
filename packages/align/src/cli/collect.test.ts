import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Handler,
  inTurn,
  json,
  refuse,
  serve,
} from "../../../eval/src/targets/server-suite.js";
import { run } from "./index.js";

const KEY = "sk-test-0123456789abcdef0123";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-align-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** One command line with the outside as strings. */
async function outcome(words: readonly string[], signal = new AbortController().signal) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: { THE_KEY: KEY },
    signal,
  };
  return { code: await run(["collect", ...words], io), out: out.join(""), err: err.join("") };
}

const file = (name: string) => join(folder, name);
const text = (name: string) => readFile(file(name), "utf8");
const lines = async (name: string) =>
  (await text(name))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

async function write(name: string, ...values: unknown[]) {
  const all = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  await writeFile(file(name), `${all.join("\n")}\n`);
}

const PROMPTS = Array.from({ length: 6 }, (_, i) => ({ prompt: `Question ${i}?` }));

// biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at
type Body = any;

const asked = (body: Body): string => body.messages?.at(-1).content ?? body.prompt;

/** Answers what it was asked, in capitals; so many tokens each. */
const echo = (
  answer: (body: Body) => string = (body) => asked(body).toUpperCase(),
  reason = "stop",
) =>
  json((body) => ({
    choices: [{ message: { role: "assistant", content: answer(body) }, finish_reason: reason }],
    usage: { prompt_tokens: 1000, completion_tokens: 1000 },
  }));

/** A server, and the words of a command that asks it. */
async function target(handler: Handler) {
  const { baseUrl, requests } = await serve(handler);
  const words = [
    ...["--target", baseUrl, "--model", "m", "--retries", "0", "--no-cache"],
    ...["--prompts", file("prompts.jsonl"), "--out", file("pairs.jsonl")],
  ];
  return { baseUrl, requests, words, questions: () => requests.map(({ body }) => asked(body)) };
}

describe("llmlingua align collect", () => {
  it("asks prompts and writes pairs, and a card that says what they are", async () => {
    await write("prompts.jsonl", ...PROMPTS, {
      messages: [
        { role: "user", content: "One?" },
        { role: "assistant", content: "1" },
        { role: "user", content: "Two? 👩‍💻" },
      ],
      id: 7,
    });
    const { words, requests, baseUrl } = await target(echo());
    const { code, out } = await outcome([
      ...words,
      "--system",
      "Be brief.",
      "--api-key-env",
      "THE_KEY",
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^7 pairs in /);
    expect(requests[0].headers.authorization).toBe(`Bearer ${KEY}`);
    expect(requests[0].body).toMatchObject({ model: "m", temperature: 0, max_tokens: 400 });
    const pairs = await lines("pairs.jsonl");
    expect(pairs).toHaveLength(7);
    const last = pairs.find(({ messages }) => messages.length === 4);
    expect(last).toMatchObject({
      answer: "TWO? 👩‍💻",
      model: "m",
      source: "endpoint",
      finished: true,
    });
    expect(last.messages[0]).toEqual({ role: "system", content: "Be brief." });
    const card = await text("pairs.card.md");
    expect(card).toContain(
      createHash("sha256")
        .update(await text("pairs.jsonl"))
        .digest("hex"),
    );
    expect(card).toContain(`m (${baseUrl}, chat)`);
    expect(card).toMatch(/\| prompts answered \| 7 \|/);
    expect(card).toContain("--system 'Be brief.'");
    expect(card).not.toContain(KEY);
  });

  it("asks completions with the prompt as it is", async () => {
    await write("prompts.jsonl", PROMPTS[0]);
    const { words, requests } = await target(json(() => ({ choices: [{ text: " yes" }] })));
    expect((await outcome([...words, "--api", "completions", "--temperature", "0.5"])).code).toBe(
      0,
    );
    expect(requests[0].body).toMatchObject({ prompt: "Question 0?", temperature: 0.5 });
    expect((await lines("pairs.jsonl"))[0].answer).toBe(" yes");
  });

  it("goes on after a cancellation: nothing is asked twice, lost or doubled", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const stop = new AbortController();
    let count = 0;
    const { words, questions } = await target((request, response) => {
      if (++count === 4) stop.abort();
      else echo()(request, response);
    });
    const serial = [...words, "--concurrency", "1"];
    expect((await outcome(serial, stop.signal)).code).toBe(130);
    expect(await lines("pairs.jsonl")).toHaveLength(3);
    expect((await outcome(serial)).code).toBe(0);
    expect((await lines("pairs.jsonl")).map(({ answer }) => answer)).toEqual(
      PROMPTS.map(({ prompt }) => prompt.toUpperCase()),
    );
    expect(questions()).toHaveLength(7);
    expect(new Set(questions()).size).toBe(6);
    expect(await text("pairs.card.md")).toMatch(/\| prompts answered \| 6 \|/);
    await outcome(serial);
    expect(questions()).toHaveLength(7);
  });

  it("mends what a kill cut off anywhere, and comes to the same pairs", async () => {
    await write("prompts.jsonl", ...PROMPTS.slice(0, 3));
    const { words, questions } = await target(echo());
    const serial = [...words, "--concurrency", "1"];
    await outcome(serial);
    const [pairs, state] = [await text("pairs.jsonl"), await text("pairs.collect.jsonl")];
    for (let cut = 0; cut < pairs.length; cut += 61) {
      await writeFile(file("pairs.jsonl"), pairs.slice(0, cut));
      await writeFile(file("pairs.collect.jsonl"), state.slice(0, state.length - (cut % 90)));
      const before = questions().length;
      expect((await outcome(serial)).code).toBe(0);
      expect(await text("pairs.jsonl")).toBe(pairs);
      const whole = pairs.slice(0, cut).split("\n").length - 1;
      expect(questions().length - before).toBeLessThanOrEqual(3 - whole);
    }
  });

  it("asks a prompt that the target failed at again with the next call, not the others", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const isBad = ({ body }: { body: Body }) => /[14]/.test(asked(body));
    let isMended = false;
    const { words, questions } = await target((request, response) =>
      (isBad(request) && !isMended ? refuse(500, "oops") : echo())(request, response),
    );
    const { code, err } = await outcome(words);
    expect(code).toBe(1);
    expect(err).toMatch(/prompts\.jsonl:2: .*HTTP 500: oops/);
    expect(err).toMatch(/prompts\.jsonl:5: .*HTTP 500/);
    expect(err).toMatch(/error: 2 prompts failed\. The same command asks them again/);
    expect(await text("pairs.card.md")).toMatch(/\| prompts that failed \| 2 \|/);
    isMended = true;
    expect((await outcome(words)).code).toBe(0);
    expect(await lines("pairs.jsonl")).toHaveLength(6);
    expect(questions()).toHaveLength(8);
    expect(await text("pairs.card.md")).not.toContain("that failed");
  });

  it.each<[string, Handler, RegExp]>([
    ["fails always", refuse(500, "down"), /5 questions in a row failed, the last one: .*HTTP 500/],
    ["refuses the key", refuse(401, "no"), /5 questions in a row failed.*HTTP 401.*Check the key/],
    ["says no JSON", (_, response) => response.end("<html>"), /expected JSON, found: <html>/],
    ["says JSON of another form", json(() => ({ answer: 3 })), /expected choices/],
    ["breaks off", (_, response) => response.destroy(), /in a row failed/],
  ])("stops at a target that %s", async (_, handler, message) => {
    await write(
      "prompts.jsonl",
      ...PROMPTS,
      ...PROMPTS.map(({ prompt }) => ({ prompt: `${prompt}!` })),
    );
    const { words, requests } = await target(handler);
    const { code, err } = await outcome([...words, "--concurrency", "1"]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(requests).toHaveLength(5);
  });

  it("says that nothing answers", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words } = await target(echo());
    const down = words.map((word) => (word.startsWith("http") ? "http://127.0.0.1:1/v1" : word));
    const { code, err } = await outcome(down);
    expect(code).toBe(1);
    expect(err).toMatch(/Check that the server runs/);
  });

  it("waits as long as the server asks, and tries again", async () => {
    await write("prompts.jsonl", PROMPTS[0]);
    const { words, requests } = await target(
      inTurn(
        refuse(429, "", { "retry-after": "1" }),
        refuse(503, "", { "retry-after": "0" }),
        echo(),
      ),
    );
    const start = performance.now();
    const { code } = await outcome(words.map((word) => (word === "0" ? "2" : word)));
    expect([code, requests.length]).toEqual([0, 3]);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it("stops at the spending cap, over all calls, and says that it is partial", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words, questions } = await target(echo());
    const money = [...words, "--price-in", "1000", "--price-out", "1000", "--concurrency", "1"];
    const capped = [...money, "--max-cost", "5"];
    const { code, err } = await outcome(capped);
    expect(code).toBe(0);
    expect(err).toMatch(/Partial: the spending cap was reached/);
    // Two dollars each; a third question would pass the cap.
    expect(questions()).toHaveLength(2);
    expect(await text("pairs.card.md")).toMatch(/\*\*Partial\*\*: the spending cap/);
    expect(await text("pairs.card.md")).toContain("| spent | 4.0000 USD |");
    await outcome(capped);
    expect(questions()).toHaveLength(2);
    await outcome([...money, "--max-cost", "100"]);
    expect(questions()).toHaveLength(6);
    expect(await text("pairs.card.md")).toContain("| spent | 12.0000 USD |");
  });

  it("says what would be asked and costs, and touches nothing", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words, requests } = await target(echo());
    const prices = ["--price-in", "1", "--price-out", "1000", "--dry-run"];
    const { code, err } = await outcome([...words, ...prices]);
    expect(code).toBe(0);
    expect(err).toMatch(/To ask: 6 prompts, up to about 2\.40 USD/);
    expect(requests).toEqual([]);
    await expect(text("pairs.jsonl")).rejects.toThrow("ENOENT");
  });

  it("lets one process at a time write to a file", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words, requests } = await target((request, response) => {
      setTimeout(() => echo()(request, response), 50);
    });
    const both = await Promise.all([outcome(words), outcome(words)]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(both.map(({ err }) => err).join("")).toMatch(/is writing to .*Wait for it/);
    expect(await lines("pairs.jsonl")).toHaveLength(6);
    expect(requests).toHaveLength(6);
  });

  it("counts and leaves out empty answers, duplicates and what is beyond the limit", async () => {
    await write("prompts.jsonl", PROMPTS[0], PROMPTS[0], ...PROMPTS.slice(1), {
      prompt: "Nothing?",
    });
    const answer = (body: Body) => (asked(body) === "Question 1?" ? " \n" : asked(body));
    const { words, questions } = await target(echo(answer, "length"));
    expect((await outcome([...words, "--limit", "4"])).code).toBe(0);
    expect(await lines("pairs.jsonl")).toHaveLength(4);
    const card = await text("pairs.card.md");
    expect(card).toMatch(/\| duplicates, dropped \| 1 \|/);
    expect(card).toMatch(/\| answers that were empty, not written \| 1 \|/);
    expect(card).toMatch(/\| answers cut at their limit, written \| 4 \|/);
    expect(card).toMatch(/\| left out beyond --limit \| 2 \|/);
    const count = questions().length;
    await outcome([...words, "--limit", "4"]);
    expect(questions().length).toBe(count);
  });

  it("takes logs and prompts together, and asks nothing that logs answer", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    await write(
      "log.jsonl",
      { input: "Question 0?", output: "logged" },
      { input: "Question 0?", output: "logged" },
      { input: "Question 0?", output: "other" },
      { input: "Question 9?" },
    );
    const { words, questions } = await target(echo());
    const all = [...words, "--logs", file("log.jsonl")];
    expect((await outcome(all)).code).toBe(0);
    expect(questions()).toHaveLength(5);
    expect((await lines("pairs.jsonl"))[0]).toMatchObject({
      answer: "logged",
      source: "log.jsonl:1",
    });
    const counts = async () =>
      (await text("pairs.card.md")).match(/## Counts[\s\S]*## Lengths/)?.[0];
    const first = await counts();
    expect(first).toMatch(/\| contradictory: .* \| 1 \|/);
    expect(first).toMatch(/\| log entries skipped: no answer \| 1 \|/);
    await outcome(all);
    expect((await counts())?.replace(/\| pairs in the file before.*\n/, "")).toBe(first);
  });

  it("redacts what is asked and what is answered, or drops it", async () => {
    await write(
      "prompts.jsonl",
      { prompt: "Mail a@b.example" },
      { prompt: "Mail c@d.example" },
      PROMPTS[0],
    );
    const { words, questions, requests } = await target(
      echo((body) => `${asked(body)} from 93.184.216.34`),
    );
    const system = ["--system", "Ask boss@b.example."];
    expect((await outcome([...words, "--redact", ...system])).code).toBe(0);
    expect(questions().sort()).toEqual(["Mail [EMAIL]", "Question 0?"]);
    expect(await text("pairs.jsonl")).not.toMatch(/example|93\.184/);
    expect(requests[0].body.messages[0].content).toBe("Ask [EMAIL].");
    expect(await text("pairs.collect.jsonl")).not.toContain("boss");
    const card = await text("pairs.card.md");
    expect(card).not.toContain("boss");
    expect(card).toMatch(/\| found by pattern: EMAIL \| 1 \|/);
    expect(card).toMatch(/\| found by pattern: IP \| 2 \|/);
    const { code, err } = await outcome([...words, "--redact", "drop"]);
    expect(code).toBe(2);
    expect(err).toMatch(/was collected with redact replace, now it is drop/);
    const elsewhere = words.map((word) => word.replace("pairs.jsonl", "others.jsonl"));
    const dropped = await outcome([...elsewhere, "--redact", "drop"]);
    expect(dropped.code).toBe(2);
    expect(dropped.err).toMatch(/No pair came to .*others\.jsonl: no prompt was answered/);
  });

  it("makes instructions from seeds and answers them, and goes on where it was", async () => {
    const subjects = [
      "rivers",
      "bread",
      "violins",
      "taxes",
      "chess",
      "beetles",
      "glaciers",
      "poems",
    ];
    const seeds = subjects.map((one) => ({
      instruction: `Explain to a child what ${one} are good for.`,
    }));
    await write("seeds.jsonl", ...seeds);
    let round = 0;
    const tasks = () => {
      round++;
      const made = ["Name", "Compare", "Translate"].map(
        (verb, i) => `${verb} ${subjects.map((_, at) => `w${round}x${i}x${at}`).join(" ")}.`,
      );
      const bad = ["Draw a picture of a very old house.", "Too short", made[0]];
      return ["Sure:", ...[...made, ...bad].map((task, at) => `${at + 9}. ${task}`)].join("\n");
    };
    const answer = (body: Body) => (asked(body).startsWith("Here is a series") ? tasks() : "Done.");
    const { words, requests } = await target(echo(answer));
    const at = words.indexOf("--prompts");
    const expand = [...words.slice(0, at), ...words.slice(at + 2), "--expand", file("seeds.jsonl")];
    const { code } = await outcome([...expand, "--count", "7"]);
    expect(code).toBe(0);
    expect(round).toBe(3);
    expect(requests[0].body).toMatchObject({ temperature: 0.7, max_tokens: 1024 });
    expect(asked(requests[0].body).match(/^\d+\. /gm)).toHaveLength(8);
    const pairs = await lines("pairs.jsonl");
    expect(pairs).toHaveLength(7);
    expect(
      pairs.every(({ source, answer: said }) => source === "self-instruct" && said === "Done."),
    ).toBe(true);
    const card = await text("pairs.card.md");
    expect(card).toMatch(/\| instructions left out: keyword \| 3 \|/);
    expect(card).toMatch(/\| instructions left out: length \| 3 \|/);
    expect(card).toMatch(/\| instructions left out: likeness \| 3 \|/);
    await outcome([...expand, "--count", "9"]);
    expect([round, (await lines("pairs.jsonl")).length]).toEqual([3, 9]);
  });

  it("stops where the target makes no new instructions", async () => {
    await write("seeds.jsonl", { prompt: "Explain to a child what rivers are good for." });
    const { words } = await target(echo((body) => (/series/.test(asked(body)) ? "nothing" : "x")));
    const at = words.indexOf("--prompts");
    const expand = [...words.slice(0, at), ...words.slice(at + 2), "--expand", file("seeds.jsonl")];
    const { code, err } = await outcome([...expand, "--count", "3"]);
    expect(code).toBe(2);
    expect(err).toMatch(/No pair came/);
  });

  it.each<[string, string[], RegExp]>([
    ["no source", [], /nothing to collect from/],
    ["no target", ["--prompts", "p.jsonl"], /Give --target and --model/],
    ["no model", ["--prompts", "p.jsonl", "--target", "http://h/v1"], /needs --model NAME/],
    [
      "a target without a question",
      ["--logs", "l", "--target", "http://h/v1"],
      /nothing to ask it/,
    ],
    ["seeds without a count", ["--expand", "s.jsonl", "--target", "http://h/v1"], /go together/],
    ["a temperature", ["--logs", "l", "--temperature", "3"], /from 0 to 2/],
    ["a word for redact", ["--logs", "l", "--redact", "maybe"], /replace, drop/],
    ["a cap without prices", ["--logs", "l", "--max-cost", "3"], /--price-in and --price-out/],
    ["logs that are not there", ["--logs", "/none/x"], /There is no \/none\/x/],
  ])("refuses %s", async (_, words, message) => {
    const { code, err } = await outcome([...words, "--out", file("pairs.jsonl")]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it.each<[unknown, RegExp]>([
    [{ prompt: 3 }, /line 2: field prompt: it must be a text/],
    [{ prompt: " " }, /line 2: field prompt: it is empty/],
    [{ promt: "a" }, /line 2: .*promt/],
    [{ id: "a" }, /there must be prompt or messages/],
    [{ prompt: "a", messages: [{ role: "user", content: "a" }] }, /not both/],
    [{ messages: [{ role: "assistant", content: "a" }] }, /the last message must be the user's/],
    ["What is this?", /line 2: it is not JSON.*plain text is not read/],
  ])("refuses the prompt %j and asks nothing", async (line, message) => {
    await write("prompts.jsonl", PROMPTS[0], line);
    const { words, requests } = await target(echo());
    const { code, err } = await outcome(words);
    expect(err).toMatch(message);
    expect([code, requests.length]).toEqual([2, 0]);
    await expect(text("pairs.jsonl")).rejects.toThrow("ENOENT");
  });

  it("refuses messages that completions cannot take before it asks", async () => {
    const messages = [
      { role: "system", content: "S" },
      { role: "user", content: "a" },
    ];
    await write("prompts.jsonl", PROMPTS[0], { messages });
    const { words, requests } = await target(echo());
    const { code, err } = await outcome([...words, "--api", "completions"]);
    expect(err).toMatch(/prompts\.jsonl:2.*2 messages.*--api chat/);
    expect([code, requests.length]).toEqual([2, 0]);
  });

  it("refuses a file that was collected in another way, or that is no file of pairs", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words } = await target(echo());
    await outcome(words);
    const { code, err } = await outcome([...words, "--temperature", "1"]);
    expect([code, err]).toEqual([2, expect.stringMatching(/with temperature 0, now it is 1/)]);
    expect(await text("pairs.card.md")).not.toContain("Partial");
    await write("pairs.jsonl", { some: "thing" });
    const other = await outcome(words);
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/pairs\.jsonl, line 1: /)]);
    expect((await outcome([...words.slice(0, -1), file("x.txt")])).err).toMatch(
      /must end in \.jsonl/,
    );
  });
});
