import { execaSync } from 'execa';
import { codeRoot } from '../../common/installation.mjs';
import { packed } from '../../common/packed.mjs';

/**
 * What git calls a name (`main`, `HEAD~1`, a tag) in this checkout: the full commit, or null where
 * it knows none.
 */
export function resolveCommit(name: string): string | null {
  // A package has no history; a git around it would answer for another project.
  if (name.startsWith('-') || packed !== undefined) return null;
  const result = execaSync('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
    cwd: codeRoot,
    reject: false,
  });
  const commit = result.exitCode === 0 ? result.stdout.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}
