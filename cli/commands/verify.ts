import { relative } from 'node:path';
import { verify } from '../../app/verify.ts';
import { exitCodes } from '../../common/errors.ts';
import type { ParityCase, ParitySample } from '../../contract/parity.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';

export const command = defineCommand({
  name: 'verify',
  summary: 'compare every method and model with the official numerics',
  description:
    'Reads a folder of golden files (numbers that the official code gave; the format is in its README.md) and repeats ' +
    'each case: losses with gradients, networks, optimizers, schedules, five-step trainings, metrics. Shows the largest ' +
    'error of each case and what it may be; both are relative. Cases in which the official code has no finite number are skipped, files that no check knows are listed as not covered. Exit code 1 ' +
    'when a case fails. The result of a whole run is kept under runs/parity/, from where "redistill ingest" takes it for the ' +
    'parity page of the report; that of --sample too, which the page says, until there is a whole one. One with --only is not.',
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
    sample: {
      kind: 'flag',
      summary:
        'only a sample that takes seconds: every loss, and the networks of the default suite',
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
    { command: 'redistill verify --sample', meaning: 'what make reproduce checks first' },
  ],
  async run(context, _args, { golden, only, sample, eager, noStore, workspace, json }) {
    const mode = eager ? 'eager' : 'recorded';
    const result = await verify(
      { golden, only, sample, mode, store: !noStore, workspace },
      {
        ...effectsOf(context),
        onFile: (path, index, count) => {
          if (context.isTerminal) context.stderr(`[${index + 1}/${count}] ${path}`);
        },
        onCase: (each) => {
          // Of a sample, which is one step of many, only what differs.
          if (!json && !(sample && each.ok)) context.stdout(caseLine(each));
        },
      },
    );
    const { folder, cases, passed, failed, skipped, notCovered, kept, sample: part } = result;
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
        ...(part !== null && { sample: part }),
      });
    } else {
      if (part === null) context.stdout('');
      else context.stdout(sampleLine(part));
      context.stdout(
        `${cases.length} cases in ${relative(context.cwd, folder) || '.'}: ${passed} passed, ${failed} failed, ${skipped} skipped.`,
      );
      if (notCovered.length > 0) {
        context.stdout(
          `Not covered by any check (${notCovered.length} files): ${notCovered.join(', ')}.`,
        );
      }
      if (kept) context.stderr('Kept for the report: "redistill ingest" takes it in.');
    }
    return failed === 0 ? exitCodes.fine : exitCodes.failed;
  },
});

function sampleLine({ files, of }: ParitySample): string {
  return `A sample of the official numbers, ${files} of ${of} files: every loss, and the networks of the default suite.`;
}

/** `ok    1.2e-7 <= 1.0e-5  losses/kd.json  kd_T4  (note)` */
function caseLine({ file, name, ok, skipped, maxError, tolerance, note }: ParityCase): string {
  if (skipped) return `skip  ${' '.repeat(18)}  ${file}  ${name}  (${note})`;
  const error = maxError === Number.MAX_VALUE ? 'differs' : maxError.toExponential(1);
  const verdict = `${ok ? 'ok  ' : 'FAIL'}  ${error.padStart(7)} ${ok ? '<=' : '> '} ${tolerance.toExponential(1).padStart(7)}`;
  return `${verdict}  ${file}  ${name}${note === undefined ? '' : `  (${note})`}`;
}
