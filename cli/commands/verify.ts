import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, exitCodes, UsageError } from '../../common/errors.ts';
import type { ParityCase } from '../../contract/parity.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { VerifyResult } from '../../runners/parity/registry.ts';
import { defineCommand, sharedOptions } from '../command.ts';

/** The official numbers that come with the project. */
const ownGolden = fileURLToPath(new URL('../../reference/golden', import.meta.url));

export const command = defineCommand({
  name: 'verify',
  summary: 'compare every method and model with the official numerics',
  description:
    'Reads a folder of golden files (numbers that the official code gave; the format is in its README.md) and repeats ' +
    'each case: losses with gradients, networks, optimizers, schedules, five-step trainings, metrics. Shows the largest ' +
    'error of each case and what it may be; both are relative. Cases in which the official code has no finite number are skipped, files that no check knows are listed as not covered. Exit code 1 ' +
    'when a case fails. The result of a whole run is kept under runs/parity/, from where "redistill ingest" takes it for the ' +
    'parity page of the report; one with --only is not.',
  arguments: [],
  options: {
    golden: {
      kind: 'text',
      value: 'DIR',
      summary: 'folder of golden files (default: the one of the project)',
    },
    only: {
      kind: 'text',
      value: 'PATTERN',
      summary: 'only files whose path contains this, or matches it where it has a *',
    },
    eager: {
      kind: 'flag',
      summary: 'run operation by operation instead of as recorded graphs',
    },
    noStore: { kind: 'flag', summary: 'do not keep the result for the report' },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill verify', meaning: 'everything that comes with the project' },
    { command: 'redistill verify --only losses/', meaning: 'the losses' },
    {
      command: "redistill verify --golden ~/golden --only 'models/*x4.json' --json",
      meaning: 'other numbers of the same format, for a program',
    },
  ],
  async run(context, _args, { golden, only, eager, noStore, workspace, json }) {
    const startedAt = new Date();
    const mode = eager ? 'eager' : 'recorded';
    const folder = golden === undefined ? ownGolden : resolve(context.cwd, golden);
    const { verifyGolden } = await import('../../runners/parity/registry.ts');
    const result = await verifyGolden(folder, {
      only,
      mode,
      signal: context.signal,
      onFile: (path, index, count) => {
        if (context.isTerminal) context.stderr(`[${index + 1}/${count}] ${path}`);
      },
      onCase: (each) => {
        if (!json) context.stdout(caseLine(each));
      },
    }).catch((error: unknown) => {
      if (error instanceof DataError && error.code === 'GOLDEN_FOLDER') {
        throw new UsageError(error.code, error.message, { hint: error.hint, cause: error });
      }
      throw error;
    });
    if (result.cases.length === 0) throw nothingToVerify(folder, only, result);
    const { cases, passed, failed, skipped, notCovered } = result;
    const keeps = only === undefined && !noStore;
    if (keeps) await keep(resolve(context.cwd, workspace ?? '.'), startedAt, mode, folder, result);
    if (json) {
      context.json({
        schemaVersion,
        folder,
        mode,
        cases,
        passed,
        failed,
        skipped,
        notCovered,
      });
    } else {
      context.stdout('');
      context.stdout(
        `${cases.length} cases in ${relative(context.cwd, folder) || '.'}: ${passed} passed, ${failed} failed, ${skipped} skipped.`,
      );
      if (notCovered.length > 0) {
        context.stdout(
          `Not covered by any check (${notCovered.length} files): ${notCovered.join(', ')}.`,
        );
      }
      if (keeps) context.stderr('Kept for the report: "redistill ingest" takes it in.');
    }
    return failed === 0 ? exitCodes.fine : exitCodes.failed;
  },
});

/** Stores a whole result where ingest looks for it. */
async function keep(
  workspace: string,
  startedAt: Date,
  mode: 'recorded' | 'eager',
  folder: string,
  { cases, notCovered }: VerifyResult,
): Promise<void> {
  const [{ cpus, release, type }, { parityName, writeParity }, { checkoutVersion }, engine] =
    await Promise.all([
      import('node:os'),
      import('../../results/parity.ts'),
      import('../../runners/training/machine.ts'),
      import('../../app/run/engine-version.ts'),
    ]);
  const processors = cpus();
  const time = startedAt.toISOString();
  writeParity(workspace, {
    schemaVersion,
    parity: parityName(time, mode),
    startedAt: time,
    mode,
    ownGolden: folder === ownGolden,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    environment: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      os: `${type()} ${release()}`,
      node: process.version,
      tensorflow: await engine.engineVersion(),
      ...checkoutVersion(),
    },
    cases,
    notCovered,
  });
}

/** `ok    1.2e-7 <= 1.0e-5  losses/kd.json  kd_T4  (note)` */
function caseLine({ file, name, ok, skipped, maxError, tolerance, note }: ParityCase): string {
  if (skipped) return `skip  ${' '.repeat(18)}  ${file}  ${name}  (${note})`;
  const error = maxError === Number.MAX_VALUE ? 'differs' : maxError.toExponential(1);
  const verdict = `${ok ? 'ok  ' : 'FAIL'}  ${error.padStart(7)} ${ok ? '<=' : '> '} ${tolerance.toExponential(1).padStart(7)}`;
  return `${verdict}  ${file}  ${name}${note === undefined ? '' : `  (${note})`}`;
}

function nothingToVerify(
  folder: string,
  only: string | undefined,
  { notCovered }: VerifyResult,
): UsageError {
  const chosen = only === undefined ? '' : ` that matches "${only}"`;
  const hint =
    notCovered.length > 0
      ? `No check claims: ${notCovered.slice(0, 5).join(', ')}${notCovered.length > 5 ? ' ...' : ''}.`
      : 'Give the folder that holds losses/, models/, optim/ and trajectory/ with --golden.';
  return new UsageError(
    'VERIFY_NOTHING',
    `There is no golden file in ${folder}${chosen} that a check claims.`,
    { hint },
  );
}
