import { cpus } from 'node:os';
import { readJournal } from '../results/journal-reader.ts';
import { readContent } from '../results/lines.ts';
import { findJournals } from '../results/workspace.ts';
import type { Environment } from '../runners/trial/journal-types.ts';
import { type Measurements, stepKey } from '../suites/price.ts';

/** The processor that this process runs on; `Environment.hardware` of a journal fits. */
export interface Processor {
  readonly cpu: string;
  readonly cores: number;
}

export function thisProcessor(): Processor {
  const processors = cpus();
  return { cpu: processors[0]?.model.trim() ?? 'unknown', cores: processors.length };
}

/**
 * Milliseconds per step of every epoch that the journals of a workspace hold for this machine. Of several set-ups
 * (device, threads, TensorFlow) the one that was used last counts.
 */
export function measuredSteps(
  workspace: string,
  machine: Processor = thisProcessor(),
): Measurements {
  const journals = findJournals(workspace)
    .map(({ path, name, trial, run }) => readJournal(readContent(path), name, { trial, run }))
    .flatMap(({ journal }) => (journal === null ? [] : [journal]))
    .filter(
      ({ header }) =>
        header.environment.hardware.cpu === machine.cpu &&
        header.environment.hardware.cores === machine.cores,
    );
  const latest = journals.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)).at(-1);
  const measured = new Map<string, number[]>();
  if (latest === undefined) return measured;
  const setUp = setUpOf(latest.header.environment);
  for (const { header, epochs } of journals) {
    if (setUpOf(header.environment) !== setUp) continue;
    const key = stepKey(header.spec);
    const known = measured.get(key) ?? [];
    measured.set(key, [...known, ...epochs.map(({ msPerStep }) => msPerStep)]);
  }
  return measured;
}

function setUpOf({ device, hardware, threads, tensorflow }: Environment): string {
  return JSON.stringify([device, hardware.gpu, threads.intra, threads.inter, tensorflow]);
}
