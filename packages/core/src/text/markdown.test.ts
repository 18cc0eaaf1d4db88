import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeSpans, headingSpans } from "./markdown.js";

const code = (text: string) => codeSpans(text).map(({ start, end }) => text.slice(start, end));
const headings = (text: string) =>
  headingSpans(text).map(({ start, end }) => text.slice(start, end));

describe("codeSpans", () => {
  it.each([
    ["a `b` c", ["`b`"]],
    ["`` foo ` bar ``", ["`` foo ` bar ``"]],
    ["` `` `", ["` `` `"]],
    ["`foo\\`bar`", ["`foo\\`"]],
    ["\\`not code`", []],
    ["\\``code`", ["`code`"]],
    ["\\\\`code`", ["`code`"]],
    ["```foo``", []],
    ["`foo", []],
    ["`foo``bar``", ["``bar``"]],
    ["`two\nlines`", ["`two\nlines`"]],
    ["`no\n\nlines`", []],
    ['`<a href="`">`', ['`<a href="`']],
    ['<a href="`">`', []],
    ["<https://foo.bar.`baz>`", []],
    ["`<https://foo.bar.`baz>`", ["`<https://foo.bar.`"]],
    ["a < b `c` <d `e`", ["`c`", "`e`"]],
    ["# `a\n`b` c`", ["`b`"]],
    ["- `a\n- b`", []],
    ["> `a\nb` lazy", ["`a\nb`"]],
    ["``` aa ```\naaa", ["``` aa ```"]],
  ])("finds inline code in %j", (text, expected) => {
    expect(code(text)).toEqual(expected);
  });

  it.each([
    ["```\n<\n >\n```", "```\n<\n >\n```"],
    ["~~~\n```\n~~~", "~~~\n```\n~~~"],
    ["````\naaa\n```\n``````", "````\naaa\n```\n``````"],
    ["x\n```js {1} ~~~\ncode\n```  \ny", "```js {1} ~~~\ncode\n```  "],
    ["~~~ aa ``` ~~~\naaa\n~~~", "~~~ aa ``` ~~~\naaa\n~~~"],
    ["   ```\n   aaa\n  ```\nx", "```\n   aaa\n  ```"],
    ["```\naaa\n    ```\n```", "```\naaa\n    ```\n```"],
    ["```\naaa\n``` aaa\n", "```\naaa\n``` aaa\n"],
    ["```\n\n  unclosed `a`\n\n", "```\n\n  unclosed `a`\n\n"],
    ["```", "```"],
    ["> ```\n> aaa\n\nbbb `", "```\n> aaa"],
    ["> ```\naaa", "```"],
    ["- ```\n  a\n\n  b\n  ```\nc", "```\n  a\n\n  b\n  ```"],
    ["1. x\n\n   ```sh\n   ls\n   ```", "```sh\n   ls\n   ```"],
    ["- a\n  > ~~~\n  > b\n  > ~~~\n  c", "~~~\n  > b\n  > ~~~"],
    ["-\t```\n\tx\n\t```", "```\n\tx\n\t```"],
    ["a\r\n```\r\nb\r\n```\r\nc", "```\r\nb\r\n```"],
    ["- a\n```\nb\n```", "```\nb\n```"],
  ])("finds the fenced block in %j", (text, expected) => {
    expect(code(text)).toEqual([expected]);
  });

  it("reads on after a block, and takes four spaces for no fence", () => {
    expect(code("```\na\n```\nb `c`\n~~~\nd")).toEqual(["```\na\n```", "`c`", "~~~\nd"]);
    expect(code("a\n    ```\nb")).toEqual([]);
    expect(code("```\naaa\n\n   ```x\n```\n`b`")).toEqual(["```\naaa\n\n   ```x\n```", "`b`"]);
  });

  it("gives sorted, disjoint spans that hold a backtick or a tilde", () => {
    const unit = fc.constantFrom(
      "`",
      "``",
      "```",
      "~~~",
      "\n",
      "\n\n",
      "> ",
      "- ",
      "1. ",
      "a",
      " ",
      "    ",
      "\\",
      "<b>",
      "#",
      "---",
      "\t",
      "\r\n",
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        const text = units.join("");
        let last = 0;
        for (const { start, end } of [...codeSpans(text)]) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect("`~").toContain(text[start]);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [
      "lone runs of growing length",
      Array.from({ length: 1400 }, (_, i) => "`".repeat(i)).join(" "),
    ],
    ["backticks", "`".repeat(1_000_000)],
    ["open tags", '<a b="'.repeat(150_000)],
    ["attributes", `<a${' b="c"'.repeat(150_000)}`],
    ["list marks", "- ".repeat(500_000)],
    ["deep lists and blank lines", `${"- ".repeat(50_000)}a${"\n".repeat(50_000)}`],
    ["quotes", "> ".repeat(300_000)],
    ["fences", "```\n~~~\n".repeat(100_000)],
    ["one line", "a ".repeat(500_000)],
    ["spaces", `${" ".repeat(1_000_000)}\``],
  ])("is linear in %s", (_, text) => {
    const started = performance.now();
    codeSpans(text);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("headingSpans", () => {
  it("finds headings with signs and with underlines", () => {
    expect(
      headings("# One\ntext\n## Two ##\n\nThree\n===\nfour\nfive\n---\n\n---\n#no\n> # Six"),
    ).toEqual(["# One", "## Two ##", "Three\n===", "four\nfive\n---", "# Six"]);
    expect(headings("```\n# no\n```\n####### no\n> a\n---")).toEqual([]);
  });
});
