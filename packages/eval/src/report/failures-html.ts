/**
 * Failures side by side as HTML, closed until asked for. Pure.
 *
 * @module
 */
import { cut, escapeHtml } from "./escape.js";
import type { Failure, Failures } from "./failures.js";
import { fixed } from "./format.js";

/** One block a condition. */
export function failuresHtml(failures: Failures): string {
  if (failures.size === 0) {
    return '<p class="soft">No item that the full prompt answers better, or no answers to compare.</p>';
  }
  const blocks = [...failures].map(([condition, items]) => {
    const name = `<h3>${escapeHtml(condition)}</h3>`;
    return `${name}\n${items.map(failureHtml).join("\n")}`;
  });
  return blocks.join("\n");
}

function failureHtml({ id, question, gold, full, compressed }: Failure): string {
  const scores = `${fixed(full.score * 100, 0)} → ${fixed(compressed.score * 100, 0)}`;
  return (
    `<details><summary>${escapeHtml(cut(id, 80))} <span class="soft">score ${scores}</span></summary>` +
    `<div class="sides">${box("Question", question, "wide")}${box("Expected", gold, "wide")}` +
    `${box("With the full prompt", full.answer)}${box("With the compressed prompt", compressed.answer)}</div></details>`
  );
}

function box(title: string, text: string | undefined, kind = ""): string {
  if (text === undefined) return "";
  const body = text === "" ? '<i class="soft">empty</i>' : escapeHtml(cut(text));
  return `<div class="box ${kind}"><h4>${title}</h4><div class="text" dir="auto">${body}</div></div>`;
}
