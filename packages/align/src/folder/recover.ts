/**
 * An older scorer that a killed run had moved aside, back in its place.
 *
 * @module
 */
import { readdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkOut } from "./out.js";

/**
 * Where nothing is at `out` and one aligned scorer lies beside it as `out.old-XXXXXXXX`, a run was killed while it
 * replaced that one: it gets its name again. With several of them nothing is done, for which is the last is not known.
 *
 * @param out - an absolute path
 * @returns whether one was put back
 */
export async function recoverOut(out: string): Promise<boolean> {
  const [folder, name] = [dirname(out), basename(out)];
  const beside = await readdir(folder).catch((): string[] => []);
  if (beside.includes(name)) return false;
  const isOld = (one: string) =>
    one.startsWith(`${name}.old-`) && /^[0-9a-f]{8}$/.test(one.slice(name.length + 5));
  const old = beside.filter(isOld).map((one) => join(folder, one));
  if (old.length !== 1) return false;
  const state = await checkOut(old[0]).catch(() => undefined);
  if (state !== "aligned") return false;
  await rename(old[0], out);
  return true;
}
