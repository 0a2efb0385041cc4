/** Exit codes of the command line, the same for every command. */
export const exitCodes = { fine: 0, failed: 1, usage: 2, infrastructure: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where in a file a mistake stands. */
export interface Place {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** `rows[2].method` */
  readonly field: string;
  readonly path: readonly (string | number)[];
}

/**
 * The one class of errors that Redistill throws on purpose.
 *
 * `code` is stable and machine-readable (`SUITE_UNKNOWN_METHOD`), the message is a sentence that
 * names the file, the field and the offending value, and `hint` says what to do about it. Anything
 * else that reaches the command line is a defect of Redistill and is printed with its stack.
 */
export class RedistillError extends Error {
  override readonly name: string = 'RedistillError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  /** Where in a file it stands; undefined for errors that are about no file. */
  readonly place: Place | undefined;
  /** The mistakes that this error tells of, where it tells of several; else none. */
  readonly problems: readonly RedistillError[];

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { readonly exitCode?: ExitCode } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCodes.failed;
    this.place = options.place;
    this.problems = options.problems ?? [];
  }
}

interface ErrorOptions {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  readonly place?: Place | undefined;
  readonly problems?: readonly RedistillError[];
}

/**
 * The caller asked for something that cannot be: a wrong option, an unknown name, a malformed suite
 * file.
 */
export class UsageError extends RedistillError {
  override readonly name = 'UsageError';
  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(code, message, { ...options, exitCode: exitCodes.usage });
  }
}

/**
 * The machine cannot do it: no GPU, no disk space, a missing library, a lock held by somebody else.
 * Worth a retry, except where it is `permanent`: waiting does not bring what is missing.
 */
export class InfrastructureError extends RedistillError {
  override readonly name = 'InfrastructureError';
  readonly permanent: boolean;
  constructor(
    code: string,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; permanent?: boolean } = {},
  ) {
    super(code, message, { ...options, exitCode: exitCodes.infrastructure });
    this.permanent = options.permanent ?? false;
  }
}

/**
 * The system's refusal (a missing folder, too many open files) as an error of the machine; null for
 * any other error.
 */
export function systemTrouble(error: unknown): InfrastructureError | null {
  const { syscall, code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || syscall === undefined || code === undefined) return null;
  return new InfrastructureError('SYSTEM', `The system refused ${syscall}: ${message}.`, {
    hint: 'Look whether somebody removed or locked the file, then run the same command again: it resumes.',
    cause: error,
  });
}

/**
 * A file or data set is not what it claims to be: it is truncated, corrupt, of another version, or
 * its checksum is wrong.
 */
export class DataError extends RedistillError {
  override readonly name = 'DataError';
}
