/**
 * Facts to hide: an access code nobody could guess, and the question for it. Own words. Pure.
 *
 * @module
 */
import { randomOf } from "../../random.js";

const PLACES = [
  "Alderwick",
  "Brackenhollow",
  "Copperfield Lane",
  "Dunmarsh",
  "Eastmere",
  "Fernhill",
  "Greyfold",
  "Hollin Bridge",
  "Inverlade",
  "Juniper Quay",
  "Kestrel Point",
  "Larchmoor",
] as const;

const TEMPLATES = [
  (place: string, code: string) => `The access code of the archive in ${place} is ${code}.`,
  (place: string, code: string) =>
    `Whoever visits the archive in ${place} needs its access code, which is ${code}.`,
  (place: string, code: string) => `In ${place}, the archive opens with the access code ${code}.`,
] as const;

/** A sentence, the question it answers, and the answer. */
export interface Fact {
  readonly sentence: string;
  readonly question: string;
  readonly code: string;
}

/** The `index`-th fact of a seed: places and templates in turn, six random digits. */
export function factOf(seed: number, index: number): Fact {
  const place = PLACES[index % PLACES.length];
  const template = TEMPLATES[index % TEMPLATES.length];
  const code = String(100_000 + Math.floor(900_000 * randomOf(`${seed} ${index}`)()));
  return {
    sentence: template(place, code),
    question: `What is the access code of the archive in ${place}?`,
    code,
  };
}
