import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { sha256 } from '../../common/canonical.ts';
import { RedistillError } from '../../common/errors.ts';
import type { ExternalSource } from '../../contract/spec.ts';

/** A checkout as it was found. */
export interface Checkout {
  readonly folder: string;
  /** SHA-256 over what differs from the commit; null for a clean one. */
  readonly difference: string | null;
  /** Files that differ from the commit, or that it has not. */
  readonly changed: readonly string[];
}

/** The folder of a repository's checkout within the folder of all: the last part of its address. */
export function checkoutFolder(folder: string, repository: string): string {
  const name = repository
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .at(-1);
  return join(folder, name as string);
}

/**
 * Finds the checkout of an external implementation and proves that it is the commit that was asked
 * for.
 *
 * @throws RedistillError `EXTERNAL_MISSING` where it is not there, `EXTERNAL_COMMIT` at another
 *   commit, `EXTERNAL_DIRTY` with changes that the suite does not allow
 */
export function checkCheckout(folder: string, source: ExternalSource): Checkout {
  const path = checkoutFolder(folder, source.repository);
  if (!existsSync(join(path, '.git'))) {
    throw new RedistillError(
      'EXTERNAL_MISSING',
      `There is no checkout of ${source.repository} at ${path}.`,
      {
        hint: `Run: git clone ${source.repository} there, then git checkout ${source.commit}.`,
      },
    );
  }
  const head = git(path, 'rev-parse', 'HEAD').trim();
  if (head !== source.commit) {
    throw new RedistillError(
      'EXTERNAL_COMMIT',
      `${path} is at commit ${head.slice(0, 12)}, not at ${source.commit.slice(0, 12)}, which the suite names.`,
      { hint: `Run: git -C ${path} checkout ${source.commit}` },
    );
  }
  const changed = git(path, 'status', '--porcelain', '--untracked-files=normal', '-z')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
  if (changed.length === 0) return { folder: path, difference: null, changed };
  if (source.dirty === 'refuse') {
    throw new RedistillError(
      'EXTERNAL_DIRTY',
      `${path} differs from its commit: ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ` and ${changed.length - 5} more` : ''}.`,
      { hint: 'Undo the changes, or say "dirty: record" in the suite: then they are recorded.' },
    );
  }
  const difference = sha256(`${changed.join('\n')}\n${git(path, 'diff', 'HEAD')}`);
  return { folder: path, difference, changed };
}

/**
 * Hooks and the configuration of a repository that others made must not run programs: file
 * watchers, diff drivers.
 */
const distrust = [
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'diff.external=', '-c', 'core.pager=cat'],
];

function git(cwd: string, ...args: string[]): string {
  const diff =
    args[0] === 'diff' ? ['diff', '--no-ext-diff', '--no-textconv', ...args.slice(1)] : args;
  const result = execaSync('git', [...distrust, ...diff], {
    cwd,
    reject: false,
    stripFinalNewline: false,
  });
  if (result.exitCode === 0) return result.stdout;
  throw new RedistillError(
    'EXTERNAL_MISSING',
    `${cwd} is no usable git checkout: ${result.stderr.trim()}`,
  );
}
