import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedistillError } from '../../common/errors.ts';
import { plansFolder } from '../../contract/paths.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { runsOf } from '../../contract/reuse.ts';
import { numberKey } from '../../suites/coverage.ts';

/**
 * Published numbers with a completed training that has a value of their metric, by the workspace's
 * plans at scale `paper` and its journals.
 */
export function measuredNumbers(workspace: string): ReadonlySet<string> {
  const folder = plansFolder(workspace);
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('@paper.json'))
    : [];
  const measured = files.flatMap((file) => {
    const { cells } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Plan;
    return cells.flatMap(({ published, metric, trials }) =>
      published !== null && trials.some((trial) => isMeasured(workspace, trial, metric))
        ? [numberKey({ ...published, metric })]
        : [],
    );
  });
  return new Set(measured);
}

function isMeasured(workspace: string, trial: string, metric: string): boolean {
  try {
    return runsOf(workspace, trial).some(
      ({ end, lastEpoch }) =>
        end?.state === 'completed' && lastEpoch?.metrics.some(({ name }) => name === metric),
    );
  } catch (error) {
    // A damaged journal: `run` and `ingest` name it.
    if (error instanceof RedistillError) return false;
    throw error;
  }
}
