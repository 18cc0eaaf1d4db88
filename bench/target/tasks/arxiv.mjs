/**
 * Papers: how likely the abstract is, given the compressed paper.
 *
 * arxiv_open/unarxive_sample.jsonl and scisumm_2018.jsonl, in turn. The text is cut to 3,000 tokens at a
 * paragraph's end (where there is none in its second half: a line's, a sentence's); its blank-line blocks
 * are the contexts: paragraphs in the first file, sections in the second. Some texts begin with their
 * abstract: everything up to the last of the first paragraphs that shares half of its five-word runs with
 * the abstract goes. A paper is left out where a fifth of the abstract's runs is still in the text, the
 * text has under 2,000 tokens, or the abstract is not of 40 to 300 words. Line breaks of an abstract are
 * spaces in the gold text. The target model may know a paper: see condition zero.
 */
import { join } from "node:path";
import { textOf } from "../../answers.mjs";

const LEAST = 2000;
const MOST = 3000;
/** Abstracts stand near the beginning: paragraphs that are looked at. */
const FIRST = 25;

export const arxiv = {
  sizes: { ratios: [3, 9] },
  conditions: [
    "full",
    "zero",
    "default",
    "random-words",
    "stages",
    "stages-random",
    "paper",
    "microsoft",
    "selective-context",
    "selective-sentence",
    "truncate",
    "whole-first",
    "whole-ranked",
    "random-tokens",
  ],
  groups({ data, items = 60, count }) {
    const files = ["unarxive_sample.jsonl", "scisumm_2018.jsonl"].map((name) =>
      textOf(join(data, "arxiv_open", name))
        .trim()
        .split("\n"),
    );
    const groups = [];
    for (let i = 0; i < Math.max(...files.map(({ length }) => length)); i++) {
      for (const file of files) {
        const group = file[i] && itemOf(JSON.parse(file[i]), count);
        if (group && groups.length < items) groups.push(group);
      }
    }
    return groups;
  },
};

function itemOf({ paper_id, id = paper_id, abstract, text }, count) {
  const gold = abstract.trim().replace(/\s+/g, " ");
  const words = gold.split(" ").length;
  if (words < 40 || words > 300) return undefined;
  const body = cutTo(withoutAbstract(text, gold), MOST, count);
  if (count(body) < LEAST || shared(gold, body) > 0.2) return undefined;
  const contexts = body.split(/\n\s*\n/).filter((block) => block.trim() !== "");
  const row = { id, suffix: "\n\nAbstract of this paper:\n", gold, answers: [] };
  return { id, instruction: "", contexts, rule: "none", rows: [row] };
}

function withoutAbstract(text, abstract) {
  const paragraphs = text.trim().split(/\n\s*\n/);
  const first = paragraphs.slice(0, FIRST);
  const last = first.findLastIndex((paragraph) => {
    return paragraph.split(/\s+/).length >= 8 && shared(paragraph, abstract) >= 0.5;
  });
  return paragraphs.slice(last + 1).join("\n\n");
}

/** Share of the five-word runs of `text` that are in `other`. */
function shared(text, other) {
  const known = new Set(runsOf(other));
  const runs = runsOf(text);
  return runs.filter((run) => known.has(run)).length / Math.max(1, runs.length);
}

function runsOf(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(4).map((_, i) => words.slice(i, i + 5).join(" "));
}

/** The longest beginning of at most `most` tokens that ends well. */
function cutTo(text, most, count) {
  if (count(text) <= most) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(text.slice(0, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  const ends = ["\n\n", "\n", ". "].map(
    (end) => text.lastIndexOf(end, low - 1) + end.trim().length,
  );
  const end = ends.find((at) => at > low / 2) ?? low;
  return text.slice(0, end).trimEnd();
}
