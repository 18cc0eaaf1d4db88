/** @module */
import { describe, expect, it } from "vitest";
import { cut, escapeHtml, escapeMarkdown, fenced } from "./escape.js";

describe("untrusted text", () => {
  it("cannot leave an attribute or open a tag in HTML", () => {
    expect(escapeHtml(`<script>"'&`)).toBe("&lt;script&gt;&quot;&#39;&amp;");
  });

  it("stays in its cell in Markdown", () => {
    expect(escapeMarkdown("a|b\r\n<img src=x> *c* `d` p < 0.001")).toBe(
      "a\\|b &lt;img src=x> \\*c\\* \\`d\\` p < 0.001",
    );
  });

  it("cannot end the block it stands in", () => {
    expect(fenced("a\n````\nb")).toBe("`````text\na\n````\nb\n`````");
  });

  it("is cut with a note, and no character is halved", () => {
    const text = cut(`${"a".repeat(1999)}🙂${"b".repeat(1_000_000)}`);
    expect(text).toBe(`${"a".repeat(1999)} … [cut: 1,002,001 characters in all]`);
    expect(cut("short")).toBe("short");
  });
});
