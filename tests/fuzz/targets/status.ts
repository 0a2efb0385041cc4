import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { heartbeatFile, journalFile, plansFolder, runFolder } from '../../../contract/paths.ts';
import { decide } from '../../../contract/reuse.ts';
import { trialId } from '../../../contract/spec.ts';
import { planStatus, readPlans } from '../../../contract/status.ts';
import { makePlan, makeSpec } from '../../results/builder.ts';
import { jsonText, mutateBytes, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';
import { hostileJournal, type JournalInput, journalInputs } from './journal-inputs.ts';

const specs = [makeSpec(), makeSpec({ seed: 3 }), makeSpec({ seed: 4 })];
const plan = makePlan({
  teacher: makeSpec({ seed: 2, teacher: null, role: 'teacher', method: 'none' }),
  rows: [{ name: 'KD', method: 'kd', specs }],
});
const lock = `${JSON.stringify({ owner: { pid: 4_000_000, host: 'elsewhere', started: 'x' }, worker: null })}\n`;

interface Input {
  readonly what: 'plan' | 'plan-text' | 'journal' | 'lock';
  readonly recipe: Recipe;
  readonly journal: JournalInput;
}

function planText({ what, recipe }: Input): string {
  if (what === 'plan') return jsonText(mutateJson([plan], recipe));
  if (what === 'plan-text') return mutateText([JSON.stringify(plan, null, 1)], recipe);
  return JSON.stringify(plan);
}

const lockBytes = ({ what, recipe }: Input) =>
  mutateBytes([Buffer.from(lock)], what === 'lock' ? recipe : { ...recipe, edits: [] }, [
    'null',
    '{}',
    '[]',
    '"owner"',
    '1e9',
    '-1',
  ]);

/** What `status` and `run` read of a workspace that others wrote. */
export const target: FuzzTarget<Input> = {
  name: 'status',
  short: 100,
  inputs: () =>
    fc.record({
      what: fc.constantFrom('plan', 'plan', 'plan-text', 'journal', 'lock'),
      recipe: recipes(),
      journal: journalInputs(),
    }),
  show: (input) =>
    Buffer.from(`${planText(input)}\n${hostileJournal(input.journal).text}\n${lockBytes(input)}`),
  async run(input, world) {
    const { folder } = world;
    world.expected('runs');
    mkdirSync(plansFolder(folder), { recursive: true });
    writeFileSync(join(plansFolder(folder), 'quick@proxy.json'), planText(input));
    const { text, trial, run } = hostileJournal(input.journal);
    const own = runFolder(folder, trial, run);
    mkdirSync(own, { recursive: true });
    writeFileSync(journalFile(own), text);
    if (input.what === 'lock') {
      writeFileSync(join(own, 'lock.1'), lockBytes(input));
      writeFileSync(heartbeatFile(own), '');
    }
    await readOrRefused(
      ['quick@proxy.json', 'journal.jsonl'],
      () => readPlans(folder).map((each) => planStatus(folder, each, Date.UTC(2026, 1, 1))),
      (all) => {
        for (const { trials } of all) {
          for (const status of trials) {
            expect(
              Number.isSafeInteger(status.epoch) && status.epoch >= 0,
              `epoch ${status.epoch}`,
            );
            expect(
              status.headline === null || Number.isFinite(status.headline),
              `headline ${status.headline}`,
            );
            expect(
              typeof status.state === 'string' && typeof status.reason === 'string',
              'a state has words',
            );
            expect(
              status.seconds === null || typeof status.seconds === 'number',
              `seconds ${status.seconds}`,
            );
          }
        }
      },
    );
    for (const spec of specs) {
      await readOrRefused(
        'journal.jsonl',
        () => decide(folder, trialId(spec), 'f'.repeat(64), false),
        () => {},
      );
    }
  },
};
