/**
 * The same colour and marker for a method in every chart of a page. Pure.
 *
 * @module
 */
import { escapeHtml } from "../escape.js";
import type { ConditionSummary } from "../summary-types.js";
import { type Look, lookOf, markerSvg } from "./palette.js";

export type Looks = ReadonlyMap<string, Look>;

/** By method, of those with a size, in the order of the conditions. */
export function looksOf(conditions: readonly ConditionSummary[]): Looks {
  const sized = conditions.filter(({ size }) => size !== undefined);
  const methods = [...new Set(sized.map(({ method }) => method))];
  return new Map(methods.map((method, i) => [method, lookOf(i)]));
}

/** Markers with names, for all charts that draw methods; "" without any. */
export function legendHtml(conditions: readonly ConditionSummary[]): string {
  const titles = new Map(conditions.map(({ method, title }) => [method, title]));
  const entries = [...looksOf(conditions)].map(
    ([method, look]) =>
      `<li>${markerSvg(look)}<span><b>${escapeHtml(method)}</b> ${escapeHtml(titles.get(method) ?? "")}</span></li>`,
  );
  return entries.length === 0 ? "" : `<ul class="legend">${entries.join("\n")}</ul>`;
}
