/**
 * Observable Plot without a browser: options in, one accessible SVG out. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A chart of the page. */
export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  /** Short; read as the chart's name and shown above it. */
  readonly title: string;
  /** What is drawn and what can be read off it, for those who do not see it. */
  readonly description: string;
  readonly options: Plot.PlotOptions;
}

/** Width of every chart in px: fits a phone. */
export const WIDTH = 328;

/** What is used of a document's elements; the package is compiled without the DOM's types. */
interface Element {
  readonly outerHTML: string;
  textContent: string;
  readonly firstChild: unknown;
  setAttribute(name: string, value: string): void;
  insertBefore(child: Element, before: unknown): void;
}

interface Page {
  createElementNS(namespace: string, name: string): Element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An `svg` element with a title and a description; all text is escaped. */
export function chartSvg({ id, title, description, options }: Chart): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    document: Page;
  };
  const svg = Plot.plot({
    width: WIDTH,
    className: "plot",
    style: { background: "none", fontSize: "11px" },
    ...options,
    document: document as never,
  }) as unknown as Element;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-text`);
  prepend(document, svg, "desc", `${id}-text`, description);
  prepend(document, svg, "title", `${id}-title`, title);
  return svg.outerHTML;
}

function prepend(page: Page, svg: Element, name: string, id: string, text: string): void {
  const element = page.createElementNS(SVG, name);
  element.setAttribute("id", id);
  element.textContent = text;
  svg.insertBefore(element, svg.firstChild);
}

/** A label that fits beside a bar. */
export function shortened(name: string, most = 19): string {
  const characters = [...name];
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join("")}…`;
}
