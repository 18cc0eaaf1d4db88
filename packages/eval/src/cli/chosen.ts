/**
 * From flags to methods, sizes and prices. Pure.
 *
 * @module
 */
import { UsageError } from "llmlingua/cli-kit";
import {
  METHODS,
  type Method,
  namesIn,
  type Options,
  optionsMethods,
  SETS,
} from "../methods/index.js";
import type { Assumptions } from "../report/index.js";
import type { Prices } from "../run/budget.js";
import type { Sizes, Task } from "../tasks/types.js";
import type { RunFlags, ServerFlags, TargetFlags } from "./flags.js";

/** Methods and sets asked for, those of the caller's own last; the task's own where none is named. */
export function methodsOf(flags: RunFlags, task: Pick<Task, "methods">): readonly Method[] {
  const own = (flags.methodOptions ?? []).flatMap(ownMethods);
  const known = [...METHODS, ...own];
  const from = { own: task.methods, hasClassifier: flags.classifier !== undefined };
  const asked = [...(flags.methods ?? task.methods), ...own.map(({ name }) => name)];
  return namesIn(asked, from).map((name) => {
    const found = known.find((method) => method.name === name);
    if (found?.needs === "classifier" && flags.classifier === undefined) {
      throw new UsageError(`Method ${name} needs --classifier FOLDER.`);
    }
    if (found !== undefined) return found;
    throw new UsageError(
      `There is no method ${name}. There are ${known.map((method) => method.name).join(", ")}, and the sets ${SETS.map((set) => set.name).join(", ")}.`,
    );
  });
}

/** `name={"unit":"line"}`. */
function ownMethods(given: string): readonly Method[] {
  const at = given.indexOf("=");
  const name = given.slice(0, Math.max(0, at)).trim();
  const options = optionsIn(given.slice(at + 1));
  if (!/^[\w-]+$/.test(name) || options === undefined) {
    throw new UsageError(
      `--method-options is ${given}; it must be a name, =, and compress options as a JSON object, such as lines={"unit":"line"}.`,
    );
  }
  if ([...METHODS, ...SETS].some((one) => one.name === name)) {
    throw new UsageError(
      `--method-options names ${name}, which there is already. Take another name.`,
    );
  }
  const size = ["rate", "targetToken"].find((key) => key in options);
  if (size !== undefined) {
    throw new UsageError(
      `--method-options of ${name} has ${size}; sizes are those of --tokens or --ratios. Leave it out.`,
    );
  }
  return optionsMethods(name, name, options);
}

function optionsIn(text: string): Options | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Sizes asked for, or the task's own. */
export function sizesOf({ tokens, ratios }: RunFlags, task: Pick<Task, "sizes">): Sizes {
  if (tokens !== undefined) return { tokens };
  return ratios === undefined ? task.sizes : { ratios };
}

type PriceNames = "priceIn" | "priceOut" | "priceCached" | "maxCost";
type AssumedNames = "cachedShare" | "cachedShareCompressed" | "machineHour";
type PriceFlags = Pick<ServerFlags, PriceNames> & Partial<Pick<TargetFlags, AssumedNames>>;

/** @throws UsageError where a cap has no prices to go by, one price is missing, or a share could change nothing */
export function pricesOf(flags: PriceFlags): Prices | undefined {
  const { priceIn: input, priceOut: output, priceCached: cachedInput, maxCost } = flags;
  const { cachedShare, cachedShareCompressed, machineHour } = flags;
  const without = [cachedInput, maxCost, cachedShare, cachedShareCompressed, machineHour];
  if (input !== undefined && output !== undefined) {
    if ((cachedShare ?? cachedShareCompressed) !== undefined && cachedInput === undefined) {
      throw new UsageError(
        "A cached share was given without what cached tokens cost. Give --price-cached.",
      );
    }
    return { input, output, ...(cachedInput !== undefined && { cachedInput }) };
  }
  if ([input, output, ...without].some((value) => value !== undefined)) {
    throw new UsageError(
      "A price, a cap or an assumption of cost was given alone. Give --price-in and --price-out.",
    );
  }
  return undefined;
}

/**
 * What is assumed of use where prices are given.
 *
 * @throws UsageError where time has a price and is not measured
 */
export function assumptionsOf(flags: RunFlags): Assumptions | undefined {
  const { cachedShare, cachedShareCompressed: compressedCachedShare, machineHour: hour } = flags;
  if (hour !== undefined && flags.timed !== true) {
    throw new UsageError("--machine-hour needs the time that compressing takes. Add --timed.");
  }
  return (
    pricesOf(flags) && {
      ...(cachedShare !== undefined && { cachedShare }),
      ...(compressedCachedShare !== undefined && { compressedCachedShare }),
      ...(hour !== undefined && { hour }),
    }
  );
}
