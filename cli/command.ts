import type { Writable } from 'node:stream';
import type { ExitCode } from '../common/errors.ts';
import { scales } from '../contract/scales.ts';

/**
 * The part of the outside world that a command may touch. Commands use nothing else: no `console`,
 * no `process.stdout`, no `process.exit`, no `process.env`. So a test runs one with four lines.
 */
export interface CommandContext {
  /**
   * One line of result on standard output. Control characters in it are shown, not obeyed, and a
   * line feed in it begins no command of a CI server. What `--json` prints must be all that goes
   * there.
   */
  stdout(line: string): void;
  /** One line for the human beside the result: progress, warnings, where to look. */
  stderr(line: string): void;
  /** One JSON document on standard output. Put `schemaVersion` first. */
  json(value: unknown): void;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person watches standard error: progress bars if so, plain lines if not. */
  readonly isTerminal: boolean;
  /** The stream behind `stderr`, for progress bars. */
  readonly progress: Writable;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: stop cleanly and within ten seconds. */
  readonly signal: AbortSignal;
  /** Aborted by the second Ctrl-C: kill what is left and return at once. */
  readonly killSignal: AbortSignal;
}

/**
 * A positional argument. Only the last may be variadic; an argument that is not required comes
 * after those that are.
 */
export interface ArgumentDefinition {
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
}

/**
 * One row of the option table: it drives the parser, the help and the type that `run` receives.
 *
 * The key is the option in camel case (`gracePeriod` is `--grace-period`, `noReport` is
 * `--no-report`). Values: `flag` boolean; `text` string; `integer` and `number` checked against
 * `minimum`; `paths` is one path, which may have a comma, each time that it is given; `list` and
 * `integers` are separated by commas and may be repeated (`--seeds 1,2
 * --seeds 3`).
 */
export interface OptionDefinition {
  readonly kind: 'flag' | 'text' | 'integer' | 'number' | 'list' | 'integers' | 'paths';
  readonly summary: string;
  /** What stands for the value in the help, e.g. `DIR`. */
  readonly value?: string;
  /** A single letter. */
  readonly short?: string;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly default?: string | number | readonly string[] | readonly number[];
  /** Told in the help: what holds where the option is not given, and stays undefined. */
  readonly fallback?: string;
  readonly required?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>;

interface ValueOfKind {
  flag: boolean;
  text: string;
  integer: number;
  number: number;
  list: readonly string[];
  integers: readonly number[];
  paths: readonly string[];
}

/**
 * The options as `run` receives them: flags are never undefined, others are unless they have a
 * default or are required.
 */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends
    | { kind: 'flag' }
    | { required: true }
    | { default: string | number | readonly string[] | readonly number[] }
    ? ValueOf<Table[Name]>
    : ValueOf<Table[Name]> | undefined;
};

/** A text with choices is one of them. */
type ValueOf<Option extends OptionDefinition> = Option extends {
  kind: 'text';
  choices: readonly (infer Choice)[];
}
  ? Choice
  : ValueOfKind[Option['kind']];

/** One command. Its file exports it as `command`; heavy modules are imported inside `run`. */
export interface CommandDefinition<Table extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line, the same as in `commands/index.ts`. */
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly description?: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly options: Table;
  /** Shown at the end of the help. */
  readonly examples: readonly { readonly command: string; readonly meaning: string }[];
  run(
    context: CommandContext,
    /** Positional arguments by position, the items of a variadic one at the end. */
    args: readonly string[],
    options: OptionValues<Table>,
  ): Promise<ExitCode>;
}

/** Gives `run` the types of its options: `export const command = defineCommand({ ... })`. */
export function defineCommand<const Table extends OptionTable>(
  definition: CommandDefinition<Table>,
): CommandDefinition<Table> {
  return definition;
}

/** Options that several commands share, so that they are spelt and explained once. */
export const sharedOptions = {
  json: { kind: 'flag', summary: 'print one JSON document instead of text' },
  scale: {
    kind: 'text',
    value: 'SCALE',
    choices: scales,
    summary: 'scale of the suite (default: the first it has of own, proxy, smoke, paper)',
  },
  seeds: {
    kind: 'integers',
    value: 'N,N',
    minimum: 0,
    summary: 'seeds instead of those of the suite',
  },
  ownTeachers: {
    kind: 'flag',
    summary:
      'train teachers even where the papers’ own were released, which teach at scale paper otherwise',
  },
  workspace: {
    kind: 'text',
    value: 'DIR',
    summary:
      'folder that holds runs/, results.duckdb and reports/out/ (default: that of redistill.config.yaml, else the current folder)',
  },
  data: {
    kind: 'text',
    value: 'DIR',
    summary: 'folder with downloaded data sets (default: $REDISTILL_DATA)',
  },
  keepOutputs: {
    kind: 'number',
    value: 'GIB',
    minimum: 0,
    summary:
      'room in the workspace for outputs of teachers, which are then computed once for all trials where that pays (default: none); 3.2 hold one teacher of CIFAR-100',
  },
  keepPatches: {
    kind: 'flag',
    summary: "with --keep-outputs: those of SDD's patches too, which take 21 times the room",
  },
  plugin: {
    kind: 'paths',
    value: 'FILE',
    summary:
      'file of your own that exports methods, networks, data sets; a program that runs with your rights; may be repeated',
  },
  config: {
    kind: 'text',
    value: 'FILE',
    summary:
      'what your repository adds (default: redistill.config.yaml of the current folder or above it in its git repository)',
  },
} as const satisfies OptionTable;
