import { PassThrough } from 'node:stream';
import type { CommandContext } from '../../cli/command.ts';

/** A context that remembers what was written. */
export interface FakeContext extends CommandContext {
  readonly out: string[];
  readonly err: string[];
  readonly documents: unknown[];
}

export function fakeContext(overrides: Partial<CommandContext> = {}): FakeContext {
  const out: string[] = [];
  const err: string[] = [];
  const documents: unknown[] = [];
  const never = new AbortController().signal;
  return {
    out,
    err,
    documents,
    stdout: (line) => void out.push(line),
    stderr: (line) => void err.push(line),
    json: (value) => void documents.push(JSON.parse(JSON.stringify(value))),
    cwd: '/nowhere',
    environment: {},
    isTerminal: false,
    progress: new PassThrough(),
    signal: never,
    killSignal: never,
    ...overrides,
  };
}
