import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, UsageError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import { checkWritable } from '../common/writable.ts';
import type { ParityCase } from '../contract/parity.ts';
import { schemaVersion } from '../contract/spec.ts';
import type { VerifyResult as GoldenResult } from '../runners/parity/result.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

/** The official numbers that come with the project. */
const ownGolden = fileURLToPath(new URL('../reference/golden', import.meta.url));

export interface VerifyOptions extends WorkspaceOption {
  /** Folder of golden files; default: the project's. */
  readonly golden?: string | undefined;
  /** Only files whose path contains this, or matches it where it has a `*`. */
  readonly only?: string | undefined;
  /** Only a sample of the golden files that takes seconds; default: false. */
  readonly sample?: boolean | undefined;
  /** Default: `recorded`, as trials run; `eager` runs operation by operation. */
  readonly mode?: 'recorded' | 'eager' | undefined;
  /**
   * Keep the result of a whole run, or that of a sample as such, under `runs/parity/` for the
   * report. Default: true.
   */
  readonly store?: boolean | undefined;
}

/** The effects of `verify`. */
export interface VerifyEffects extends Effects {
  /** A file is about to be compared; `index` counts from 0. */
  onFile(path: string, index: number, files: number): void;
  onCase(result: ParityCase): void;
}

export interface VerifyResult extends GoldenResult {
  readonly folder: string;
  readonly mode: 'recorded' | 'eager';
  /** Whether the result was kept for the report. */
  readonly kept: boolean;
}

/**
 * Compares every method and model with numbers that the official code gave. Needs a process that
 * was started with TensorFlow's environment, as `cli/bin.js` starts it.
 *
 * @throws UsageError `GOLDEN_FOLDER`, `VERIFY_NOTHING` where there is nothing to compare;
 *   InfrastructureError `FILE_WRITE` where the workspace cannot be written
 */
export async function verify(
  options: VerifyOptions = {},
  effects: Partial<VerifyEffects> = {},
): Promise<VerifyResult> {
  const all = completeEffects(effects);
  const { only, sample, mode = 'recorded' } = options;
  const startedAt = all.clock.now();
  const kept = only === undefined && (options.store ?? true);
  // Now, and not after minutes.
  if (kept) checkWritable(workspaceOf(options, all));
  const folder = options.golden === undefined ? ownGolden : resolve(all.cwd, options.golden);
  const { verifyGolden } = await import('../runners/parity/registry.ts');
  const result = await verifyGolden(folder, {
    only,
    sample,
    mode,
    signal: all.signal,
    ...(effects.onFile !== undefined && { onFile: effects.onFile }),
    ...(effects.onCase !== undefined && { onCase: effects.onCase }),
  }).catch((error: unknown) => {
    if (error instanceof DataError && error.code === 'GOLDEN_FOLDER') {
      throw new UsageError(error.code, error.message, { hint: error.hint, cause: error });
    }
    throw error;
  });
  if (result.cases.length === 0) throw nothingToVerify(folder, only, result);
  if (kept) {
    const seconds = (all.clock.now().getTime() - startedAt.getTime()) / 1000;
    await keep(workspaceOf(options, all), { startedAt, seconds, mode, folder, result });
  }
  return { ...result, folder, mode, kept };
}

/** Stores a whole result, or that of a sample, where ingest looks for it. */
async function keep(
  workspace: string,
  of: {
    readonly startedAt: Date;
    readonly seconds: number;
    readonly mode: 'recorded' | 'eager';
    readonly folder: string;
    readonly result: GoldenResult;
  },
): Promise<void> {
  const [{ cpus, release, type }, { parityName, writeParity }, { checkoutVersion }, engine] =
    await Promise.all([
      import('node:os'),
      import('../results/parity.ts'),
      import('../runners/training/machine.ts'),
      import('./run/engine-version.ts'),
    ]);
  const processors = cpus();
  const time = of.startedAt.toISOString();
  writeParity(workspace, {
    schemaVersion,
    parity: parityName(time, of.mode),
    startedAt: time,
    mode: of.mode,
    ownGolden: of.folder === ownGolden,
    seconds: of.seconds,
    environment: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      os: `${type()} ${release()}`,
      node: process.version,
      tensorflow: await engine.engineVersion(),
      ...checkoutVersion(),
    },
    ...(of.result.sample !== null && { sample: of.result.sample }),
    cases: of.result.cases,
    notCovered: of.result.notCovered,
  });
}

/** Golden files as `only` names them, without the documents beside them. */
function goldenFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.replaceAll('\\', '/'));
  } catch {
    return [];
  }
}

function nothingToVerify(
  folder: string,
  only: string | undefined,
  { notCovered, sample }: GoldenResult,
): UsageError {
  const chosen = only === undefined ? '' : ` that matches "${only}"`;
  const sampled = sample === null ? '' : ' in the sample';
  const near = only === undefined ? undefined : nearest(only, goldenFiles(folder));
  const hint =
    near !== undefined
      ? `Did you mean "${near}"?`
      : notCovered.length > 0
        ? `No check claims: ${notCovered.slice(0, 5).join(', ')}${notCovered.length > 5 ? ' ...' : ''}.`
        : 'Give the folder that holds losses/, models/, optim/ and trajectory/ with --golden.';
  return new UsageError(
    'VERIFY_NOTHING',
    `There is no golden file in ${folder}${chosen}${sampled} that a check claims.`,
    { hint },
  );
}
