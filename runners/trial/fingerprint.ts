import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashJson, sha256 } from '../../common/canonical.ts';

/** Sources that decide a run's numbers: a change in any of them makes old runs stale (DESIGN.md, decision 2). */
const sources = [
  'common/random.ts',
  'runners/engine',
  'runners/models',
  'runners/distillers',
  'runners/data',
  'runners/metrics',
  'runners/tasks',
  'runners/trial/evaluation.ts',
  'runners/trial/member.ts',
  'runners/trial/train.ts',
];

export interface NumericsConditions {
  /** Version of libtensorflow, `2.21.0`. */
  readonly tensorflow: string;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly device: 'cpu' | 'gpu';
  readonly mode: 'recorded' | 'eager';
}

/**
 * The numerics fingerprint: runs of one trial with equal fingerprints must give equal bits on one machine. Computed
 * from the sources and the conditions; nobody bumps it by hand.
 *
 * @param root the checkout
 */
export function numericsFingerprint(
  conditions: NumericsConditions,
  root: string = checkoutRoot,
): string {
  const files = sources.flatMap((source) => sourceFiles(join(root, source))).sort();
  return hashJson({
    conditions: {
      tensorflow: conditions.tensorflow,
      intra: conditions.threads.intra,
      inter: conditions.threads.inter,
      device: conditions.device,
      mode: conditions.mode,
      architecture: process.arch,
    },
    sources: Object.fromEntries(
      files.map((file) => [relative(root, file), sha256(readFileSync(file))]),
    ),
  });
}

/** The same for code that is not ours: what decides how its log becomes numbers, and where it ran. */
export function externalFingerprint(
  conditions: Omit<NumericsConditions, 'tensorflow'>,
  root: string = checkoutRoot,
): string {
  const files = [
    'runners/external',
    'runners/official/log-reader.ts',
    'runners/official/log-tokens.ts',
  ]
    .flatMap((source) => sourceFiles(join(root, source)))
    .sort();
  return hashJson({
    external: true,
    threads: conditions.threads.intra,
    device: conditions.device,
    sources: Object.fromEntries(
      files.map((file) => [relative(root, file), sha256(readFileSync(file))]),
    ),
  });
}

const checkoutRoot = fileURLToPath(new URL('../..', import.meta.url));

function sourceFiles(path: string): string[] {
  if (/\.(ts|mjs)$/.test(path)) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sourceFiles(join(path, entry.name));
    return /\.(ts|mjs)$/.test(entry.name) ? [join(path, entry.name)] : [];
  });
}
