import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';

/**
 * What git calls a name (`main`, `HEAD~1`, a tag) in this checkout: the full commit, or null where
 * it knows none.
 */
export function resolveCommit(name: string): string | null {
  if (name.startsWith('-')) return null;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const result = execaSync('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
    cwd,
    reject: false,
  });
  const commit = result.exitCode === 0 ? result.stdout.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}
