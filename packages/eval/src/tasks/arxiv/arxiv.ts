/**
 * Papers: the abstract, given the compressed paper. See README.md beside this file.
 *
 * @module
 */
import { z } from "zod";
import { EvaluationError } from "../../errors.js";
import { blocksOf } from "../blocks.js";
import { dataPath, jsonLinesOf } from "../files.js";
import { inTurn } from "../in-turn.js";
import { listOf, oneOf, rangeOf, sliceOf, wholeNumber } from "../options.js";
import type { Group, Task, TaskOptions } from "../types.js";
import { withUniqueIds } from "../unique.js";
import { cutTo, shared, withoutAbstract } from "./text.js";

/** Tokens of a text that is taken, and those it is cut to. */
const LEAST = 2000;
const MOST = 3000;
/** The same for the papers in the package's data, which are short. */
const SHIPPED_LEAST = 200;
const ITEMS = 60;
const FILES = "unarxive_sample.jsonl,scisumm_2018.jsonl";
const SHIPPED_FILES = "papers.jsonl";

/** Papers and their abstracts. */
export const arxiv: Task = {
  name: "arxiv",
  title: "Papers: the abstract, given the text",
  paper: "LLMLingua, Table 1",
  sizes: { ratios: [3, 9] },
  methods: [
    "full",
    "zero",
    "default",
    "default-random",
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
  metrics: ["rouge", "bleu", "bertscore"],
  maxNewTokens: 320,
  stop: [],
  choices: {
    files: `files in arxiv_open, taken in turn; default ${FILES}`,
    least: `tokens a text must have; default ${LEAST}, ${SHIPPED_LEAST} without data`,
    most: `tokens a text is cut to; default ${MOST}`,
    reference: "given: answers are compared with the abstract; full: with the full prompt's answer",
  },
  async load(options) {
    const range = rangeOf(arxiv, options, ITEMS);
    const { data, choices = {}, count } = options;
    const shipped = data === undefined;
    const wanted: Wanted = {
      least: wholeNumber("least", choices.least ?? (shipped ? SHIPPED_LEAST : LEAST), 1),
      most: wholeNumber("most", choices.most ?? MOST, 1),
      reference: oneOf("reference", choices.reference ?? "given", ["given", "full"]),
    };
    const names = listOf("files", choices.files ?? (shipped ? SHIPPED_FILES : FILES));
    const files = await Promise.all(names.map((name) => papersOf(data, name)));
    const papers = withUniqueIds(inTurn(files));
    const groups = groupsOf(papers, range.skip + range.items, wanted, count);
    if (groups.length > 0) return sliceOf(groups, range, "papers");
    throw new EvaluationError(
      "data-layout",
      `No paper in ${names.join(", ")} has ${wanted.least} tokens of text and an abstract of 40 to 300 words; lower least.`,
    );
  },
};

interface Wanted {
  readonly least: number;
  readonly most: number;
  readonly reference: "given" | "full";
}

const PAPER = z
  .object({
    id: z.string().optional(),
    paper_id: z.string().optional(),
    abstract: z.string(),
    text: z.string(),
  })
  .refine(({ id, paper_id }) => id !== undefined || paper_id !== undefined, {
    path: ["id"],
    message: "there must be id or paper_id",
  })
  .transform(({ paper_id = "", id = paper_id, abstract, text }) => ({ id, abstract, text }));

type Paper = z.infer<typeof PAPER>;

async function papersOf(data: string | undefined, name: string): Promise<Paper[]> {
  const path = dataPath(data, `arxiv_open/${name}`);
  const expected = 'Expected lines of {"id", "abstract", "text"}.';
  return (await jsonLinesOf({ path, expected }, PAPER)).map(({ value }) => value);
}

/** The first papers that can be taken, at most `most`. */
function groupsOf(
  papers: readonly Paper[],
  most: number,
  wanted: Wanted,
  count: TaskOptions["count"],
): Group[] {
  const groups: Group[] = [];
  for (const paper of papers) {
    if (groups.length === most) break;
    const group = groupOf(paper, wanted, count);
    if (group) groups.push(group);
  }
  return groups;
}

function groupOf(
  { id, abstract, text }: Paper,
  { least, most, reference }: Wanted,
  count: TaskOptions["count"],
): Group | undefined {
  const gold = abstract.trim().replace(/\s+/g, " ");
  const words = gold.split(" ").length;
  if (words < 40 || words > 300) return undefined;
  const body = cutTo(withoutAbstract(text, gold), most, count);
  if (count(body) < least || shared(gold, body) > 0.2) return undefined;
  const answers = reference === "given" ? [gold] : [];
  const items = [{ id, suffix: "\n\nAbstract of this paper:\n", gold, answers }];
  return { id, instruction: "", contexts: blocksOf(body), joint: "\n\n", asks: false, items };
}
