import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Handler, inTurn, json, refuse } from "../../../eval/src/targets/server-suite.js";
import {
  asked,
  type Body,
  echo,
  expanding,
  file,
  KEY,
  lines,
  outcome,
  PROMPTS,
  target,
  text,
  write,
} from "./collect-suite.js";

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

  it("neither counts a refused prompt as a failure of the target nor forgets those before it", async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ prompt: `Question ${i}?` }));
    await write("prompts.jsonl", ...many);
    const refused = refuse(400, "too long");
    const serial = (words: string[]) => [...words, "--concurrency", "1"];
    const all = await target(refused);
    const { code, err } = await outcome(serial(all.words));
    expect([code, err]).toEqual([1, expect.stringMatching(/jsonl:1: .*HTTP 400: too long/)]);
    expect(err).toMatch(/… and 10 more\n.*20 prompts failed/);
    const down = refuse(500, "down");
    const mixed = await target(inTurn(refused, down, refused, down, down, refused, down, down));
    expect((await outcome(serial(mixed.words))).err).toMatch(/5 questions in a row.*HTTP 500/);
    expect(mixed.requests).toHaveLength(8);
  });

  it("says why it broke off, also where its card cannot be written", async () => {
    await write(
      "prompts.jsonl",
      ...PROMPTS,
      ...PROMPTS.map(({ prompt }) => ({ prompt: `${prompt}!` })),
    );
    await mkdir(file("pairs.card.md"));
    const { words } = await target(inTurn(echo(), refuse(500, "down")));
    const { code, err } = await outcome([...words, "--concurrency", "1"]);
    expect([code, err]).toEqual([1, expect.stringMatching(/5 questions in a row failed/)]);
    expect(await lines("pairs.jsonl")).toHaveLength(1);
  });

  it("says that nothing answers", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words } = await target(echo());
    const down = words.map((word) => (word.startsWith("http") ? "http://127.0.0.1:1/v1" : word));
    const { code, err } = await outcome(down);
    expect(code).toBe(1);
    expect(err).toMatch(/Check that the server runs/);
  });

  it("lists what failed where fewer prompts than a row of failures are asked, and writes no pairs", async () => {
    await write("prompts.jsonl", ...PROMPTS.slice(0, 2));
    const { words } = await target(refuse(500, "down"));
    const { code, out, err } = await outcome(words);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/jsonl:1: .*HTTP 500: down[\s\S]*jsonl:2: [\s\S]*error: 2 prompts failed/);
    for (const name of ["pairs.jsonl", "pairs.card.md"]) {
      await expect(text(name)).rejects.toThrow("ENOENT");
    }
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

  it("counts what is left to ask: not what has an outcome, nor what is beyond the limit", async () => {
    await write("prompts.jsonl", ...PROMPTS, { prompt: "Nothing?" });
    const { words, requests } = await target(
      echo((body) => (asked(body) === "Nothing?" ? "" : asked(body))),
    );
    const dry = async (...more: string[]) =>
      (await outcome([...words, "--dry-run", ...more])).err.match(/To ask: (\d+)/)?.[1];
    expect(await dry()).toBe("7");
    expect(await dry("--limit", "4")).toBe("4");
    await write("prompts.jsonl", { prompt: "Nothing?" }, ...PROMPTS.slice(0, 2));
    await outcome(words);
    const state = await text("pairs.collect.jsonl");
    await write("prompts.jsonl", ...PROMPTS, { prompt: "Nothing?" });
    const count = requests.length;
    expect([await dry(), await dry("--limit", "3"), await dry("--limit", "1")]).toEqual([
      "4",
      "1",
      "0",
    ]);
    expect([await text("pairs.collect.jsonl"), requests.length]).toEqual([state, count]);
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
    const expand = expanding(words);
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
    const dry = await outcome([...expand, "--count", "12", "--dry-run"]);
    expect(dry.err).toMatch(/To ask: 5 prompts/);
    await outcome([...expand, "--count", "9"]);
    expect([round, (await lines("pairs.jsonl")).length]).toEqual([3, 9]);
  });

  it("stops where the target makes no new instructions", async () => {
    await write("seeds.jsonl", { prompt: "Explain to a child what rivers are good for." });
    const { words } = await target(echo((body) => (/series/.test(asked(body)) ? "nothing" : "x")));
    const expand = expanding(words);
    const { code, err } = await outcome([...expand, "--count", "3"]);
    expect(code).toBe(2);
    expect(err).toMatch(/No pair came/);
  });
});
