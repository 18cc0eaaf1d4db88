import { stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { json } from "../../../eval/src/targets/server-suite.js";
import { readPairs, splitPairs } from "../pairs/index.js";
import {
  asked,
  type Body,
  echo,
  expanding,
  file,
  lines,
  outcome,
  PROMPTS,
  target,
  text,
  write,
} from "./collect-suite.js";

describe("llmlingua align collect --redact", () => {
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

  it("takes secrets out of seeds and of what the target makes of them, or drops those", async () => {
    await write(
      "seeds.jsonl",
      { prompt: "Write a letter to jane@b.example about rivers and lakes." },
      { prompt: "Explain to a child what glaciers are good for." },
    );
    const made = [
      "Compose an answer to joe@c.example about old violins",
      "Name the seven largest seas of the world",
    ];
    const list = made.map((task, at) => `${at + 1}. ${task}`).join("\n");
    const { words, questions } = await target(
      echo((body) => (asked(body).startsWith("Here is a series") ? list : "Done.")),
    );
    const expand = [...expanding(words), "--count", "2"];
    expect((await outcome([...expand, "--redact"])).code).toBe(0);
    expect(questions().join("")).not.toContain("example");
    expect(questions()[0]).toContain("Write a letter to [EMAIL]");
    expect(questions()[1]).toBe("Compose an answer to [EMAIL] about old violins");
    expect(await text("pairs.collect.jsonl")).not.toContain("example");
    expect(await text("pairs.card.md")).toMatch(/\| found by pattern: EMAIL \| 1 \|/);
    const elsewhere = expand.map((word) => word.replace("pairs.jsonl", "others.jsonl"));
    expect((await outcome([...elsewhere, "--redact", "drop"])).code).toBe(0);
    expect((await lines("others.jsonl")).map(({ messages }) => messages[0].content)).toEqual([
      made[1],
    ]);
    expect(await text("others.card.md")).toContain(
      "instructions left out: secrets or personal data",
    );
    expect(questions().join("")).not.toContain("example");
    await write("seeds.jsonl", { prompt: "Write a letter to jane@b.example about rivers." });
    const none = await outcome([...elsewhere, "--redact", "drop"]);
    expect([none.code, none.err]).toEqual([2, expect.stringMatching(/All 1 seeds hold secrets/)]);
  });

  it("takes them out of names of files, models and groups, of ids and of commands", async () => {
    const groups = ["jane@b.example", "joe@c.example", "joe@c.example", "other"];
    await write("prompts.jsonl", ...groups.map((group, at) => ({ ...PROMPTS[at], group })));
    await write(
      "for-jane@b.example.jsonl",
      { custom_id: "joe@c.example", body: { messages: [{ role: "user", content: "Hi" }] } },
      {
        custom_id: "joe@c.example",
        response: { body: { model: "m@d.example", choices: [{ text: "Yes" }] } },
      },
    );
    const { words } = await target(echo());
    const logs = ["--logs", file("for-jane@b.example.jsonl")];
    expect((await outcome([...words, ...logs, "--redact"])).code).toBe(0);
    for (const name of ["pairs.jsonl", "pairs.card.md", "pairs.collect.jsonl"]) {
      expect(await text(name)).not.toMatch(/@\w\.example/);
    }
    const [logged, ...answered] = await lines("pairs.jsonl");
    expect(logged).toMatchObject({ source: "[EMAIL]:2", model: "[EMAIL]" });
    const of = (prompt: string) =>
      answered.find(({ messages }) => messages[0].content === prompt).group;
    const [jane, joe, again, other] = PROMPTS.map(({ prompt }) => prompt)
      .slice(0, 4)
      .map(of);
    expect([jane, joe]).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
    expect([jane === joe, joe === again, other]).toEqual([false, true, "other"]);
    const { pairs } = await readPairs(file("pairs.jsonl"), { damaged: "refuse" });
    const named = pairs.filter(({ group }) => group !== undefined);
    const { train, heldOut } = splitPairs(named, { heldOut: 2, seed: 0 });
    expect([train.length, heldOut.length]).toEqual([2, 2]);
  });

  it("takes them out of what a server says of a failure", async () => {
    await write("prompts.jsonl", PROMPTS[0], PROMPTS[1]);
    const failing = (body: Body) => asked(body) === "Question 1?";
    const { words } = await target((request, response) => {
      if (!failing(request.body)) return echo()(request, response);
      response.statusCode = 400;
      response.end("not allowed for jane@b.example");
    });
    const { code, err } = await outcome([...words, "--redact"]);
    expect([code, err]).toEqual([1, expect.stringContaining("not allowed for [EMAIL]")]);
    expect(await text("pairs.collect.jsonl")).not.toContain("jane");
  });

  it("keeps no answers as they came, also not in the cache", async () => {
    await write("prompts.jsonl", PROMPTS[0]);
    const { words } = await target(
      json(() => ({ choices: [{ message: { content: "a@b.example" } }] })),
    );
    const cached = [...words.filter((word) => word !== "--no-cache"), "--cache", file("cache")];
    const { code, err } = await outcome([...cached, "--redact"]);
    expect([code, err]).toEqual([2, expect.stringMatching(/--cache keeps answers as they came/)]);
    const before = process.cwd();
    process.chdir(file("."));
    try {
      expect(
        (await outcome([...words.filter((word) => word !== "--no-cache"), "--redact"])).code,
      ).toBe(0);
    } finally {
      process.chdir(before);
    }
    await expect(stat(file("llmlingua-align"))).rejects.toThrow("ENOENT");
    expect(
      (await outcome([...cached.slice(0, -4), "--out", file("x.jsonl"), ...cached.slice(-2)])).code,
    ).toBe(0);
    await expect(stat(file("cache"))).resolves.toBeDefined();
  });
});
