/** @module */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { ResultRecord, RunHeader } from "../run/types.js";
import { makeReports, type ReportInput } from "./index.js";

const HOSTILE = `<script>alert("x")</script> ' & | \` 🙂 </title></svg>`;
const METHODS = [
  { name: "full", title: "Full prompt", sized: false },
  { name: "zero", title: "No contexts", sized: false },
  { name: "default", title: "Default", sized: true, control: "default-random" },
  { name: "default-random", title: "Random words", sized: true },
  { name: HOSTILE, title: HOSTILE, sized: true },
];
const header: RunHeader = {
  config: {
    task: "made",
    target: { name: HOSTILE, where: "http://127.0.0.1:8000/v1" },
    methods: METHODS.map(({ name }) => name),
    sizes: { ratios: [2, 4] },
    skip: 0,
    seed: 0,
    choices: {},
    tokenizer: "words",
    scorer: "hash",
    maxNewTokens: 8,
    timed: true,
  },
  versions: { node: "20" },
  git: "0123abc+",
  command: "llmlingua eval run made --seed 0 `x`",
  started: "2026-01-01T00:00:00Z",
};

/** Records of every method at every size; `item` 0 … items − 1 decides all that differs. */
function records(items: number): ResultRecord[] {
  const sized = METHODS.filter(({ sized }) => sized).flatMap(({ name }) =>
    ["2x", "4x"].map((size) => ({ condition: `${name}@${size}`, method: name, size })),
  );
  const all = [
    ...METHODS.filter(({ sized }) => !sized).map(({ name }) => ({ condition: name, method: name })),
    ...sized,
  ];
  return all.flatMap((condition, c) =>
    Array.from({ length: items }, (_, item): ResultRecord => {
      const rate = "size" in condition ? 1 / Number.parseInt(`${condition.size}`, 10) : 1;
      const right = Number((item * 7 + c * 3) % 10 < 9 * rate);
      return {
        ...condition,
        group: `g${item}`,
        id: `i${item}`,
        question: `i${item}`,
        tokens: condition.method === "zero" ? 0 : 1000 * rate,
        originalTokens: 1000,
        compressMs: 50 + c,
        answer: `${HOSTILE} ${right}`,
        finished: true,
        scores: { exact: right },
        nll: { perToken: 1 + c / 10 + (item % 3) / 10, tokens: 5 },
        usage: {
          promptTokens: 1000 * rate + 50,
          completionTokens: 20 + (item % 2),
          cachedTokens: 0,
        },
        answerMs: 100 + 200 * rate,
      };
    }),
  );
}

function input(results: readonly ResultRecord[], rest: Partial<ReportInput> = {}): ReportInput {
  return {
    header,
    prompts: [],
    results,
    task: { name: "made", title: `Made ${HOSTILE}`, paper: "none", metrics: ["exact"] },
    methods: METHODS,
    prices: { input: 1, output: 4, cachedInput: 0.1 },
    groups: [{ id: "g0", items: [{ id: "i0", suffix: HOSTILE, gold: HOSTILE, answers: [] }] }],
    ...rest,
  };
}

interface Found {
  readonly textContent: string;
  querySelectorAll(selector: string): ArrayLike<Found> & Iterable<Found>;
}

function chartsOf(html: string): Found[] {
  const { document } = parseHTML(html) as unknown as { document: Found };
  return [...document.querySelectorAll("figure svg[role=img]")];
}

describe("a report", () => {
  const whole = makeReports(input(records(12)));

  it("draws one chart a metric, and one a size of NLL, tokens, time and cost, each with marks", () => {
    const charts = chartsOf(whole.html);
    expect(charts).toHaveLength(1 + 4 * 2 + 1);
    for (const chart of charts) {
      expect([...chart.querySelectorAll("path,rect,line,circle")].length).toBeGreaterThan(3);
      expect(chart.querySelectorAll("title")).toHaveLength(1);
      expect([...chart.querySelectorAll("desc")][0].textContent.length).toBeGreaterThan(20);
    }
  });

  it("runs no script, asks nobody for anything, and lets no text become markup", () => {
    expect(whole.html).toContain("default-src 'none'");
    expect(whole.html).not.toMatch(/<script|<img|<link|\shref=|\ssrc=|url\(|@import/i);
    expect(whole.html.match(/<\/title>/g)?.length).toBe(1 + chartsOf(whole.html).length);
    expect(whole.markdown).not.toContain("<script");
    expect(whole.html).not.toContain("⚠");
  });

  it("has the same bytes each time", () => {
    expect(makeReports(input(records(12)))).toEqual(whole);
  });

  it("has a summary that JSON holds without loss", () => {
    expect(JSON.parse(JSON.stringify(whole.summary))).toEqual(whole.summary);
  });

  it("groups rows as the papers do and ends with the command and the versions", () => {
    const sections = [...whole.markdown.matchAll(/^\| \*\*(.+?)\*\*/gm)].map(([, title]) => title);
    expect(sections.slice(0, 4)).toEqual([
      "Full-shot",
      "Zero-shot",
      "2x constraint",
      "4x constraint",
    ]);
    expect(whole.markdown).toContain("Commit of the working folder: 0123abc+");
    expect(whole.markdown).toContain("\nllmlingua eval run made --seed 0 `x`\n");
    const widths = whole.markdown.split("\n\n").filter((part) => part.startsWith("| "));
    for (const table of widths) {
      const cells = table.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it("shows BLEU of the corpus beside the mean of the answers, and says which is which", () => {
    const texts = records(2).map((one) => ({
      ...one,
      answer: "one two three four",
      scores: { bleu: 1 },
    }));
    const groups = texts.map(({ group, id, answer }) => ({
      id: group,
      items: [{ id, suffix: "", gold: "", answers: [answer] }],
    }));
    const { markdown, html } = makeReports(input(texts, { groups }));
    expect(markdown).toContain("| BLEU (corpus) |");
    expect(markdown).toContain("as papers report it");
    expect(html).toContain("BLEU (corpus)");
    expect(whole.markdown).not.toContain("BLEU");
  });

  it("says whose items each mean is of where conditions have different ones", () => {
    const [first, ...others] = records(3);
    const uneven = makeReports(input([{ ...first, failed: "HTTP 500", scores: {} }, ...others]));
    const said = "savings and what compressing pays are over the items that both sides answered";
    expect(uneven.markdown).toContain(said);
    expect(whole.markdown).not.toContain(said);
  });

  it("cuts an answer of a million characters with a note", () => {
    const [full, ...others] = records(1).filter(({ method }) => method !== "zero");
    const long = others.map((one) => ({ ...one, answer: "🙂".repeat(5e5), scores: { exact: 0 } }));
    const { html } = makeReports(input([{ ...full, scores: { exact: 1 } }, ...long]));
    expect(html).toContain("[cut: 1,000,000 characters in all]");
    expect(html.length).toBeLessThan(200_000);
  });

  it("says so where there are no records", () => {
    const { html, markdown, summary } = makeReports(input([]));
    expect(chartsOf(html)).toHaveLength(0);
    expect(html).toContain("No records.");
    expect(markdown).toContain("No records.");
    expect(summary).toMatchObject({ items: 0, conditions: [], pairs: [] });
  });

  it("shows how many failed where all did, and no figure", () => {
    const failed = records(2).map((one) => ({ ...one, scores: {}, failed: "HTTP 500" }));
    const { html, markdown } = makeReports(input(failed));
    expect(chartsOf(html)).toHaveLength(0);
    expect(markdown).toContain("† default@2x: 2 failed, in no mean.");
    expect(`${markdown}${html}`).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("draws scores that are all alike", () => {
    const alike = records(3).map((one) => ({ ...one, scores: { exact: 0 } }));
    const { html } = makeReports(input(alike));
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("gives no interval and no p for one item", () => {
    const { summary, html, markdown } = makeReports(input(records(1)));
    expect(summary.conditions[0].scores.exact.interval).toBeUndefined();
    expect(summary.pairs[0].difference.p).toBeUndefined();
    expect(`${markdown}${html}`).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("shows likelihoods alone where nothing was generated, and scores alone without likelihoods", () => {
    const bare = records(4).map(
      ({ answer, finished, usage, answerMs, compressMs, ...rest }) => rest,
    );
    const likelihoods = makeReports(input(bare.map((one) => ({ ...one, scores: {} }))));
    expect(likelihoods.html.includes("NLL minus full")).toBe(true);
    expect(likelihoods.html.includes("against compression ratio")).toBe(false);
    const scores = makeReports(input(bare.map(({ nll, ...one }) => one)));
    expect(scores.html.includes("NLL") || scores.markdown.includes("NLL")).toBe(false);
    expect(chartsOf(scores.html)).toHaveLength(1 + 2);
  });

  it("marks conditions that missed their size, and says by how much", () => {
    const all = records(12).map((one) =>
      one.condition === "default@4x" ? { ...one, tokens: 370 } : one,
    );
    const prompts = all.map(({ condition, method, size, group, tokens, originalTokens }) => ({
      condition,
      method,
      size,
      group,
      source: "0",
      prompt: "",
      tokens,
      originalTokens,
      ...(size && { sizeTokens: originalTokens / Number.parseInt(size, 10) }),
    }));
    const { markdown, html } = makeReports(input(all, { prompts }));
    expect(markdown).toContain("| Default ‡ |");
    expect(markdown).toContain("| default@4x ‡ | full |");
    expect(markdown).toContain(
      "‡ Mean tokens more than 2 % off the size asked for: default@4x 48 %",
    );
    expect(markdown).toContain("48 % above (370 for 250). Those above are in no comparison");
    expect(html).toContain("default@4x 48 % above");
    expect(whole.markdown).not.toContain("‡");
  });

  it("says by what prices and assumptions money is reckoned, and names no share without a discount", () => {
    const assumptions = { cachedShare: 0.5, hour: 2 };
    const { markdown, summary } = makeReports(input(records(3), { assumptions }));
    expect(markdown).toContain(
      "By: USD per million tokens $1.00 input, $0.100 cached, $4.00 output; cached share of the full prompt 50 % assumed, of compressed ones as measured; compressing $2.00 an hour of the machine, as if each question compressed a prompt of its own.",
    );
    expect(summary.money?.assumptions).toEqual(assumptions);
    const plain = makeReports(input(records(3), { prices: { input: 1, output: 4 } }));
    expect(plain.markdown).toMatch(/^\| default@2x \| 550 .* \| – \| below \+\d+ % \| 0 % \|$/m);
    expect(plain.html).not.toContain("Net saving by cached share");
  });

  it("names the unit of its intervals, and the wider one where prompts are shared and many", () => {
    const shared = records(20).map((one, i) => ({ ...one, group: `g${i % 10}` }));
    const { markdown } = makeReports(input(shared));
    expect(markdown).toContain("resample items (20 in 10 groups)");
    expect(markdown).toContain("(--unit group resamples the 10 prompts)");
    const grouped = makeReports(input(shared, { unit: "group" })).markdown;
    expect(grouped).toContain("resample the 10 groups with all their items");
    expect(grouped).not.toContain("--unit");
  });
});
