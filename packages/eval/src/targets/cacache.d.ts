/**
 * The part of `cacache` that is used here; it comes without types.
 *
 * @module
 */
declare module "cacache" {
  interface Cacache {
    get(
      directory: string,
      key: string,
      options?: { readonly memoize?: boolean },
    ): Promise<{ readonly data: Uint8Array }>;
    put(directory: string, key: string, data: string): Promise<unknown>;
  }
  const cacache: Cacache;
  export = cacache;
}
