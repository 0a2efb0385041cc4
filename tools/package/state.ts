import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Packed } from '../../common/packed.mjs';

/**
 * The commit of a checkout, and whether anything in it differs from the commit, new files too. A
 * folder that only lies in another repository has none.
 */
export function checkoutState(root: string): Packed {
  try {
    const top = realpathSync(git(root, 'rev-parse', '--show-toplevel'));
    if (top !== realpathSync(root)) return { commit: null, dirty: false };
    const commit = git(root, 'rev-parse', 'HEAD');
    return { commit, dirty: git(root, 'status', '--porcelain') !== '' };
  } catch {
    return { commit: null, dirty: false };
  }
}

/** The files that git knows or would add. */
export function filesOfCheckout(root: string): readonly string[] {
  return git(root, 'ls-files', '--cached', '--others', '--exclude-standard').split('\n');
}

/** @throws Error where git fails */
function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
