/**
 * From options to settings: presets, defaults, checks. Pure.
 *
 * @module
 */
import { protectedSpans } from "../text/protect.js";
import type { PromptForm } from "../text/types.js";
import {
  asksForStages,
  CHOICES,
  checkChoice,
  checkFlag,
  checkHooks,
  checkIdle,
  checkLevels,
  checkNames,
  checkNumber,
  checkPassages,
  checkRank,
  FLAGS,
  invalid,
  RANGES,
  SETTABLE,
  wordRulesOf,
} from "./option-checks.js";
import { DEFAULTS, FORMS, METHODS, PRESETS, type Settings } from "./settings.js";
import type { CompressOptions } from "./types.js";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Fills in what is not given: by the preset, by what the prompt was made from, by the method, and last
 * the defaults.
 *
 * @throws LlmlinguaError `invalid-option`, naming option, value and what is allowed
 */
export function settingsOf(
  options: CompressOptions & { readonly rate?: unknown },
  form?: PromptForm,
): Settings {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", options, "an object with rate or targetToken");
  }
  checkHooks(options);
  checkNames(options);
  const preset = options.preset === undefined ? "default" : options.preset;
  checkChoice("preset", preset, CHOICES.preset);
  const method = options.method === undefined ? "llmlingua" : options.method;
  checkChoice("method", method, CHOICES.method);
  const given: Record<string, unknown> = {};
  for (const key of SETTABLE) {
    if (options[key] !== undefined) given[key] = options[key];
  }
  checkIdle(method, options);
  const settings: Writable<Settings> = {
    ...DEFAULTS,
    ...METHODS[method],
    ...(form && FORMS[form]),
    ...PRESETS[preset][method],
    ...given,
    preset,
    method,
    wordRules: wordRulesOf(options),
  } as Writable<Settings>;
  checkPassages(options);
  if (options.passages === undefined && asksForStages(options)) settings.passages = false;
  for (const [name, choices] of Object.entries(CHOICES)) {
    checkChoice(name, settings[name as keyof typeof CHOICES], choices);
  }
  for (const [name, range] of Object.entries(RANGES)) {
    const value = settings[name as keyof typeof RANGES];
    if (value !== undefined) checkNumber(name, value, range);
  }
  for (const name of FLAGS) checkFlag(name, settings[name]);
  if (!Array.isArray(settings.protect)) {
    throw invalid("protect", settings.protect, "a list of strings, patterns, spans and classes");
  }
  protectedSpans("", settings.protect);
  checkRank(settings);
  checkLevels(settings);
  if (settings.unit === "phrase" && method !== "selective-context") {
    throw invalid("unit", "phrase", `token, word, line, sentence or context for ${method}`);
  }
  return settings;
}
