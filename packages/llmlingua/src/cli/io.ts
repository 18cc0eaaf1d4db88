/**
 * Everything a command may touch of the outside, as one record, so that tests run in process.
 *
 * @module
 */
/** 0 fine, 1 the work failed, 2 wrong usage or input, 130 cancelled. */
export type ExitCode = 0 | 1 | 2 | 130;

/** A place to write to: `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person looks at it. */
  readonly isTTY?: boolean;
  /** Width in characters, when known. */
  readonly columns?: number;
}

/** Where bytes come from: `process.stdin` is one. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean;
}

export interface Io {
  readonly stdin: Input;
  /** Results only. */
  readonly stdout: Output;
  /** Words about the work. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The part of the library that commands call; given to them so that tests can give another. */
export type Library = Omit<typeof import("./library.js"), "DEFAULT_TOKENIZER"> & {
  readonly DEFAULT_TOKENIZER: string;
};

/** The command of another package: words behind its name → exit code. */
export interface PackagedCommand {
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}

/** What a command runs with. */
export interface CliContext {
  readonly io: Io;
  /** Loads the command of a package, such as `@llmlingua/eval`. */
  readonly packaged: (name: string) => Promise<PackagedCommand>;
  /** Loads the library on first use: `--help` needs no model runtime. */
  readonly library: () => Promise<Library>;
}
