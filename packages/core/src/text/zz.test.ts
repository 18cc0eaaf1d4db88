import { it } from "vitest";
import { codeSpans } from "./markdown.js";
// @ts-ignore
import MarkdownIt from "markdown-it";
it("cross", () => {
  const md = new MarkdownIt("commonmark");
  const units = ["`", "``", "```", "~~~", "\n", "\n", "\n", "\n\n", "> ", "- ", "1. ", "2. ", "a", "b", " ", "  ", "\\", "#", "---", "===", "* "];
  let seed = 7; const rnd = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  let bad = 0, n = 0, any = 0;
  for (let i = 0; i < 40000; i++) {
    const text = Array.from({ length: 1 + Math.floor(rnd() * 14) }, () => units[Math.floor(rnd() * units.length)]).join("");
    if (/^[> \-*1.2]*( {4}|\t)/m.test(text)) continue;
    const theirs: string[] = []; let other = false;
    for (const t of md.parse(text, {})) {
      if (t.type === "fence") theirs.push("F");
      if (t.type === "code_block") other = true;
      for (const c of t.children ?? []) if (c.type === "code_inline") theirs.push(c.markup);
    }
    if (other) continue;
    const inFence = (s: string) => /^(`{3,}[^`]*|~{3,}.*)(\n|$)/.test(s);
    const ours = codeSpans(text).map(({ start, end }) => { const s = text.slice(start, end); return s[0] === "~" || inFence(s) ? "F" : /^`+/.exec(s)![0]; });
    n++; if (theirs.length) any++;
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) { if (bad++ < 12) console.log(JSON.stringify(text), JSON.stringify(ours), JSON.stringify(theirs)); }
  }
  console.log(n, any, bad);
});
