import type { Scale } from '../runners/trial/spec.ts';

/** The command that measures the trials of a suite again; a name that a shell would take apart is quoted. */
export function repeatCommand(suite: string, scale: Scale, seeds: readonly number[]): string {
  const parts = ['npx', 'redistill', 'run', suite, '--scale', scale];
  if (seeds.length > 0) parts.push('--seeds', seeds.join(','));
  return parts.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
