import { readFileSync } from "node:fs";
import { test } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { scoreText } from "../score/sliding.js";
import { encodePieces } from "../tokens/pieces.js";
import { loadEnglishChunker } from "./english.js";
import { isEnglish } from "./language.js";
import { selectByPercentile } from "./percentile.js";
import { selectiveUnits } from "./units.js";
import { wordChunker } from "./words.js";
const scorer = createHashScorer();
test("m", async () => {
  const out: string[] = [];
  const time = async (n: string, f: () => unknown) => { const t = performance.now(); await f(); out.push(`${n} ${(performance.now() - t).toFixed(0)}ms rss ${(process.memoryUsage().rss / 1e6).toFixed(0)}`); };
  for (const [n, text] of [["x", "x".repeat(200000)], ["zi", "字".repeat(100000)], ["-=", "-=".repeat(100000)]] as const) {
    await time(`${n} encode`, () => encodePieces(scorer.tokenizer, text));
    const { ids } = await encodePieces(scorer.tokenizer, text);
    await time(`${n} score ${ids.length}`, () => scoreText(scorer, ids));
    for (const level of ["sentence", "phrase", "token"] as const) await time(`${n} ${level}`, () => selectiveUnits(text, { scorer, level }));
  }
  const gold = JSON.parse(readFileSync("/tmp/nlp/gold.json", "utf8"));
  const big = gold.map((g: { text: string }) => g.text).join(" ").repeat(6).slice(0, 1_000_000);
  await time("1MB tok only", async () => { for (let i = 0; i < 1; i++) await encodePieces(scorer.tokenizer, big); });
  for (const level of ["sentence", "phrase", "token"] as const) await time(`1MB ${level}`, () => selectiveUnits(big, { scorer, level }));
  await time("1MB words", () => selectiveUnits(big, { scorer, phrases: "words" }));
  const en = await loadEnglishChunker();
  await time("1MB chunk", () => { for (let i = 0; i < 1; i++) for (const g of gold) en.ends(g.text); });
  // agreement on the held-out half
  for (const [name, c] of [["words", wordChunker], ["english", en]] as const) {
    const r: Record<string, number[]> = {};
    for (const g of gold) {
      if (g.split !== "test" || [...g.text].length !== g.text.length) continue;
      const ends = c.ends(g.text); let s = 0;
      const spans = new Set(ends.map((e) => { let a = s; while (/\s/.test(g.text[a] ?? "")) a++; s = e; return `${a}:${e}`; }));
      const gs = new Set<string>(g.ends.map((e: number, i: number) => `${g.starts[i]}:${e}`)); const ge = new Set<number>(g.ends);
      const multi = (x: string) => { const [a, b] = x.split(":").map(Number); return /\S\s+\S/.test(g.text.slice(a, b)); };
      // kept sets by characters at 0.35/0.5/0.8 with hash scorer
      for (const k of [g.domain, "ALL"]) {
        const v = (r[k] ??= [0, 0, 0, 0, 0, 0, 0, 0, 0]);
        v[0] += spans.size; v[1] += gs.size; v[2] += [...spans].filter((x) => gs.has(x)).length;
        v[3] += ends.length - 1; v[4] += ge.size - 1; v[5] += ends.filter((e) => ge.has(e)).length - 1;
        v[6] += [...spans].filter(multi).length; v[7] += [...gs].filter(multi).length; v[8] += [...spans].filter((x) => multi(x) && gs.has(x)).length;
      }
    }
    for (const [k, v] of Object.entries(r)) out.push(`${name} ${k} span ${(200 * v[2] / (v[0] + v[1])).toFixed(1)} bound ${(200 * v[5] / (v[3] + v[4])).toFixed(1)} multi ${(200 * v[8] / (v[6] + v[7])).toFixed(1)}`);
  }
  // downstream: kept characters with spaCy's phrases vs ours, same scorer
  const docs = new Map<string, typeof gold>();
  for (const g of gold) if (g.split === "test" && [...g.text].length === g.text.length) { if (!docs.has(g.domain)) docs.set(g.domain, []); docs.get(g.domain)!.push(g); }
  const spacy = new Map<string, number[]>(gold.map((g: { text: string; ends: number[] }) => [g.text, g.ends]));
  for (const ratio of [0.2, 0.35, 0.5, 0.8]) for (const [n, phrases] of [["english", en], ["words", wordChunker]] as const) {
    let inter = 0, uni = 0;
    for (const gs of docs.values()) {
      const spans: { start: number; end: number }[] = []; let text = "";
      for (const g of gs) { spans.push({ start: text.length, end: text.length + g.text.length }); text += `${g.text} `; }
      const mask = async (p: typeof wordChunker) => { const u = await selectiveUnits(text, { scorer, spans, phrases: p }); const { kept } = selectByPercentile(u, ratio); const m = new Uint8Array(text.length); u.start.forEach((s, i) => { if (kept[i]) m.fill(1, s, u.end[i]); }); return m; };
      const a = await mask(phrases), b = await mask({ name: "spacy", ends: (s) => spacy.get(s) ?? [s.length] });
      for (let i = 0; i < a.length; i++) { if (text[i] === " ") continue; uni++; if (a[i] === b[i]) inter++; }
    }
    out.push(`downstream ${n} ratio ${ratio}: same decision for ${(100 * inter / uni).toFixed(1)} % of characters`);
  }
  const x = (l: string) => JSON.parse(readFileSync(`/work/shared/data/multilingual/xquad.${l}.sample.json`, "utf8")).data.flatMap((a: { paragraphs: { context: string }[] }) => a.paragraphs.map((p) => p.context));
  for (const l of ["en", "de", "ru", "zh"]) { const t = x(l); if(l==="en")out.push(...t.filter((q:string)=>!isEnglish(q)).map((q:string)=>q.slice(0,300))); out.push(`${l} english ${t.filter(isEnglish).length}/${t.length}`); }
  console.log(out.join("\n"));
}, 300000);
