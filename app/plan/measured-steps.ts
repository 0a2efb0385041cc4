import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { regularFile } from '../../common/regular-file.ts';
import type { Environment } from '../../contract/journal-types.ts';
import { type Division, partsOf } from '../../contract/parts.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { readJournal } from '../../results/journal-reader.ts';
import { readContent } from '../../results/lines.ts';
import { findJournals } from '../../results/workspace.ts';
import { timesOfEpoch } from '../../suites/kept-price.ts';
import { evaluationKey, type Measurements, stepKey } from '../../suites/price.ts';

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
 * Milliseconds per step of every epoch that the journals of a workspace hold for this machine. Of
 * several set-ups (device, threads, TensorFlow) the one that was used last counts.
 */
export function measuredSteps(
  workspace: string,
  machine: Processor = thisProcessor(),
): Measurements {
  return measuredCosts(workspace, machine).steps;
}

/** What trials took on this machine. */
export interface MeasuredCosts {
  readonly steps: Measurements;
  /** `stepKey` -> largest memory of a process that trained such a trial alone, in MiB. */
  readonly memory: ReadonlyMap<string, number>;
}

/**
 * The same steps, and the memory that they took.
 *
 * @param division how batches are to be worked off. Trainings that did so count; where there was
 *   none, on one GPU those of whole batches do, whose steps take about as long
 */
export function measuredCosts(
  workspace: string,
  machine: Processor = thisProcessor(),
  division: Division = {},
): MeasuredCosts {
  const journals = findJournals(workspace)
    .map(({ path, name, trial, run }) => readJournal(readContent(path), name, { trial, run }))
    .flatMap(({ journal }) => (journal === null ? [] : [journal]))
    .filter(
      ({ header }) =>
        header.environment.hardware.cpu === machine.cpu &&
        header.environment.hardware.cores === machine.cores,
    );
  const latest = journals.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)).at(-1);
  const shared = (division.gpus ?? 1) > 1;
  const apart = shared ? new Map<string, readonly number[]>() : measuredAlone(workspace, machine);
  const asked = new Costs();
  const whole = new Costs();
  const tests = new Costs();
  if (latest === undefined) return { steps: apart, memory: asked.memory };
  const setUp = setUpOf(latest.header.environment);
  for (const { header, epochs } of journals) {
    if (setUpOf(header.environment) !== setUp) continue;
    const { parts } = header.environment;
    const undivided = parts === undefined ? whole : null;
    const costs = isWorkedOff(header.spec, parts, division) ? asked : undivided;
    for (const epoch of epochs) {
      const { students = 1, evalSeconds, peakMemoryMiB } = epoch;
      const alone = stepKey(header.spec);
      tests.add(evaluationKey(header.spec, students), (1000 * evalSeconds) / students);
      for (const [key, ms] of timesOfEpoch(header.spec, epoch)) costs?.add(key, ms);
      if (students === 1) costs?.addMemory(alone, peakMemoryMiB);
    }
  }
  const others = shared ? new Costs() : whole;
  return {
    // A training says more than a few steps on noise.
    steps: new Map([...apart, ...others.steps, ...asked.steps, ...tests.steps]),
    memory: new Map([...others.memory, ...asked.memory]),
  };
}

/** What some trainings took, by its key. */
class Costs {
  readonly steps = new Map<string, number[]>();
  readonly memory = new Map<string, number>();

  add(key: string, ms: number): void {
    const known = this.steps.get(key);
    if (known === undefined) this.steps.set(key, [ms]);
    else known.push(ms);
  }

  addMemory(key: string, mebibytes: number): void {
    this.memory.set(key, Math.max(this.memory.get(key) ?? 0, mebibytes));
  }
}

/** Whether a training's batches were worked off as they are asked for now. */
function isWorkedOff(spec: TrialSpec, parts: Environment['parts'], division: Division): boolean {
  try {
    const asked = spec.external === undefined ? partsOf(spec.recipe, division) : null;
    return asked?.size === parts?.size && asked?.gpus === parts?.gpus;
  } catch {
    // Batches that cannot be divided so are no trial of this plan.
    return false;
  }
}

/**
 * What `redistill plan --measure` keeps in a workspace: steps that were measured without a
 * training.
 */
interface StepsFile {
  readonly schemaVersion: 1;
  readonly processor: Processor;
  /** Milliseconds by `stepKey` and the keys of other times. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
}

const stepsFile = (workspace: string) => join(workspace, 'steps.json');

/** @throws DataError `STEPS_UNREADABLE` naming the file */
function readSteps(workspace: string): StepsFile | null {
  const path = stepsFile(workspace);
  if (!existsSync(path)) return null;
  try {
    const found = regularFile(path);
    if (typeof found === 'string') throw new TypeError(found);
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isStepsFile(file)) throw new TypeError('fields are missing or of another kind');
    return file;
  } catch (cause) {
    throw new DataError('STEPS_UNREADABLE', `${path} holds no measured steps.`, {
      hint: 'Delete it, and measure again with "redistill plan SUITE --measure".',
      cause,
    });
  }
}

function isStepsFile(value: unknown): value is StepsFile {
  const { schemaVersion, processor, steps } = (value ?? {}) as Partial<StepsFile>;
  return (
    schemaVersion === 1 &&
    typeof processor?.cpu === 'string' &&
    typeof processor.cores === 'number' &&
    typeof steps === 'object' &&
    Object.values(steps).every(
      (times: unknown) =>
        Array.isArray(times) && times.every((ms) => Number.isFinite(ms) && ms >= 0),
    )
  );
}

function measuredAlone(workspace: string, machine: Processor): Measurements {
  const file = readSteps(workspace);
  const here = file?.processor.cpu === machine.cpu && file.processor.cores === machine.cores;
  return new Map(here ? Object.entries(file.steps) : []);
}

/** Keeps measured steps beside those of before; those of another machine are dropped. */
export function addMeasuredSteps(
  workspace: string,
  measured: Readonly<Record<string, readonly number[]>>,
  processor: Processor = thisProcessor(),
): void {
  const steps = { ...Object.fromEntries(measuredAlone(workspace, processor)), ...measured };
  const file: StepsFile = { schemaVersion: 1, processor, steps };
  writeFileAtomic(stepsFile(workspace), `${JSON.stringify(file, null, 2)}\n`);
}

function setUpOf({ device, hardware, threads, tensorflow }: Environment): string {
  return JSON.stringify([device, hardware.gpu, threads.intra, threads.inter, tensorflow]);
}
