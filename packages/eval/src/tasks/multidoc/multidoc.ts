/**
 * Questions over twenty documents, one of which holds the answer. See README.md beside this file.
 *
 * @module
 */
import { EvaluationError } from "../../errors.js";
import { randomOf } from "../../random.js";
import { invalid, oneOf, rangeOf, sliceOf, wholeNumber } from "../options.js";
import type { Group, Task, TaskOptions } from "../types.js";
import {
  type Document,
  drawnDocuments,
  fileNames,
  presentFile,
  type Question,
  questionsOf,
} from "./documents.js";

const INSTRUCTION =
  "Write a high-quality answer for the given question using only the provided search results (some of which might be irrelevant).";
const DOCUMENTS = 20;
/** Index of the gold document, from 0. */
const GOLD = 9;
const ITEMS = 200;
const SHIPPED_FILE = "own-20-gold_at_0.jsonl";

/** "Lost in the Middle" with the gold document where one wants it. */
export const multidoc: Task = {
  name: "multidoc",
  title: "Questions over twenty documents",
  paper: "LongLLMLingua, Table 1",
  sizes: { ratios: [4] },
  methods: [
    "full",
    "zero",
    "default",
    "paper",
    "microsoft",
    "selective-context",
    "selective-sentence",
    "truncate",
    "whole-ranked",
    "random-tokens",
    "default-random",
    "bm25",
    "long-whole",
    "longllmlingua",
    "longllmlingua-paper",
    "longllmlingua-microsoft",
  ],
  metrics: ["subspan"],
  maxNewTokens: 64,
  stop: [],
  choices: {
    distractors: "bm25: those of the file, in its order; random: other questions' gold documents",
    gold: `place of the gold document, from 0; default ${GOLD}, or the last where there are fewer`,
    documents: `how many there are; default ${DOCUMENTS}`,
    only: "gold: the gold document alone, an upper bound",
    file: "file in nq_multidoc; default the derived one, else an official one",
  },
  async load(options) {
    const range = rangeOf(multidoc, options, ITEMS);
    const { data, seed = 0 } = options;
    const wanted = wantedOf(options.choices ?? {});
    const found =
      data === undefined ? SHIPPED_FILE : presentFile(data, fileNames(wanted.documents));
    const name = options.choices?.file ?? found;
    const all = await questionsOf(data, name);
    const groups = groupsOf(all, wanted, seed, range.skip + range.items);
    if (groups.length > 0) return sliceOf(groups, range, "questions");
    throw new EvaluationError(
      "data-layout",
      `No question of ${name} has ${wanted.documents - 1} such distractors beside its gold document; lower documents.`,
    );
  },
};

interface Wanted {
  readonly distractors: "bm25" | "random";
  readonly documents: number;
  readonly gold: number;
}

function wantedOf(choices: NonNullable<TaskOptions["choices"]>): Wanted {
  const distractors = oneOf("distractors", choices.distractors ?? "bm25", ["bm25", "random"]);
  if (choices.only !== undefined) {
    oneOf("only", choices.only, ["gold"]);
    const clash = ["gold", "documents", "distractors"].find((name) => choices[name] !== undefined);
    if (clash)
      throw invalid(`only=gold leaves one document, so ${clash} says nothing; leave it out.`);
    return { distractors, documents: 1, gold: 0 };
  }
  const documents = wholeNumber("documents", choices.documents ?? DOCUMENTS, 1);
  const gold = wholeNumber("gold", choices.gold ?? Math.min(GOLD, documents - 1), 0, documents - 1);
  return { distractors, documents, gold };
}

function groupsOf(
  all: readonly Question[],
  { distractors, documents, gold: place }: Wanted,
  seed: number,
  most: number,
): Group[] {
  const pool = all.map(({ gold }) => gold);
  const groups: Group[] = [];
  for (const [at, one] of all.entries()) {
    if (groups.length >= most) break;
    const others =
      distractors === "bm25"
        ? one.others.slice(0, documents - 1)
        : drawnDocuments(pool, one, documents - 1, randomOf(`${seed} ${at}`));
    if (others.length < documents - 1) continue;
    groups.push(groupOf(String(at), one, others.toSpliced(place, 0, one.gold)));
  }
  return groups;
}

function groupOf(
  id: string,
  { question, answers }: Question,
  documents: readonly Document[],
): Group {
  const contexts = documents.map(
    ({ title, text }, i) => `Document [${i + 1}](Title: ${title}) ${text}`,
  );
  const suffix = `\n\nQuestion: ${question}\nAnswer:`;
  const items = [{ id, suffix, gold: ` ${answers[0]}`, answers }];
  return { id, instruction: INSTRUCTION, contexts, joint: "\n", question, asks: true, items };
}
