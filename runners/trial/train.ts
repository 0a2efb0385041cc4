import { join } from 'node:path';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { sha256 } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { RandomStream } from '../../common/random.ts';
import { learningRate } from '../engine/optim/schedule.ts';
import type { TensorSpec } from '../engine/types.ts';
import { countParameters } from '../models/init.ts';
import { headlineOf } from '../tasks/headline.ts';
import { names } from '../tasks/students.ts';
import type {
  Evaluation,
  PreparedStudent,
  PreparedTask,
  StepReport,
  TaskBatch,
  TaskProgram,
} from '../tasks/types.ts';
import { recoverCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { JournalWriter } from './journal.ts';
import type { EndState, Environment, JournalLine } from './journal-types.ts';
import {
  addStep,
  emptySums,
  extendChain,
  keptSteps,
  type LoopState,
  lossBits,
  meanLosses,
} from './loop-state.ts';
import { runFiles, type WorkerMessage, type WorkerRequest } from './request.ts';
import { encodeSafetensors, type SafeTensor } from './safetensors.ts';
import type { TrialSpec } from './spec.ts';
import { torchTensors, weightsHash } from './weights.ts';

/** What a training needs, made by the worker from its request. */
export interface Training {
  readonly request: WorkerRequest;
  /** The task made for this trial alone. */
  readonly task: PreparedTask;
  readonly environment: Environment;
  readonly journal: JournalWriter;
  /** The journal's lines from before this process. */
  readonly history: readonly JournalLine[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Aborted: checkpoint after the current step and end as `cancelled`. */
  readonly signal: AbortSignal;
  readonly report: (message: WorkerMessage) => void;
}

export interface Ending {
  readonly state: EndState;
  readonly reason: string;
}

const progressMs = 200;

/**
 * Trains one trial to its end, or from its last whole checkpoint on, and writes the journal.
 *
 * Whatever moment a process is killed at, the same call afterwards gives the same final metrics and weights bit for bit:
 * state lives in checkpoints only, every random number is derived from the seed by name and position, and an epoch's
 * journal line is written before the checkpoint that follows it.
 */
export async function trainTrial(training: Training): Promise<Ending> {
  const started = training.now();
  const run = new TrialRun(training);
  try {
    const ending = await run.finish();
    training.journal.append({
      type: 'end',
      ...ending,
      weights: ending.state === 'completed' ? run.finalWeights() : null,
      seconds: (training.now() - started) / 1000,
    });
    return ending;
  } finally {
    run.dispose();
  }
}

class TrialRun {
  private readonly training: Training;
  private readonly spec: TrialSpec;
  private readonly checkpoints: string;
  private readonly student: PreparedStudent;
  private readonly program: TaskProgram;
  private readonly stepsPerEpoch: number;
  private loop: LoopState;
  private lastCheckpoint: number;
  private lastProgress = Number.NEGATIVE_INFINITY;

  constructor(training: Training) {
    this.training = training;
    this.spec = training.request.spec;
    this.checkpoints = join(training.request.runDirectory, runFiles.checkpoints);
    this.lastCheckpoint = training.now();
    const { seed } = this.spec;
    [this.student] = training.task.students as [PreparedStudent];
    this.stepsPerEpoch = training.task.stepsPerEpoch;
    this.program = training.task.createProgram([0]);
    this.loop = {
      epoch: 0,
      stepInEpoch: 0,
      step: 0,
      lossChain: sha256(`${seed}`),
      stepLosses: '',
      sums: emptySums,
      methodStream: RandomStream.named(seed, `method/${this.student.method}`).state,
    };
    this.begin();
  }

  /** Runs the remaining epochs. */
  async finish(): Promise<Ending> {
    const { epochs } = this.spec.recipe;
    const { task } = this.training;
    while (this.loop.epoch < epochs) {
      const ending = await this.trainEpoch(
        task.batches(this.loop.epoch + 1, this.loop.stepInEpoch),
      );
      if (ending !== null) return ending;
      await this.endEpoch();
    }
    this.writeModel();
    return { state: 'completed', reason: `${epochs} epochs` };
  }

  finalWeights(): string {
    return weightsHash(this.modelTensors());
  }

  dispose(): void {
    this.program.dispose();
  }

  /** Writes the start of the journal, or finds the place to go on from. */
  private begin(): void {
    const { journal, history, environment } = this.training;
    const { checkpoint, refused } = recoverCheckpoint<LoopState>(this.checkpoints);
    for (const { file, reason } of refused) {
      journal.append({
        type: 'event',
        kind: 'checkpoint-refused',
        message: reason,
        data: { file },
      });
    }
    if (!history.some((line) => line.type === 'start')) {
      journal.append({
        type: 'start',
        parameters: countParameters(this.student.network),
        stepsPerEpoch: this.stepsPerEpoch,
        initialWeights: weightsHash(this.modelTensors()),
      });
    }
    if (checkpoint !== null) {
      this.loop = checkpoint.loop;
      this.restore(checkpoint.tensors, checkpoint.file);
    }
    const lastEpoch = Math.max(
      0,
      ...history.map((line) => (line.type === 'epoch' ? line.epoch : 0)),
    );
    if (history.length > 1) {
      const lostEpochs = Math.max(0, lastEpoch - this.loop.epoch);
      journal.append({
        type: 'resume',
        epoch: this.loop.epoch,
        step: this.loop.step,
        lostEpochs,
        environment,
      });
      if (lostEpochs > 0 || refused.length > 0) {
        const reasons = refused.map(({ reason }) => reason);
        this.training.report({ type: 'lost', epochs: lostEpochs, reasons });
      }
    }
  }

  /** Trains the rest of one epoch; an ending where it cannot be finished. */
  private async trainEpoch(batches: AsyncIterable<TaskBatch>): Promise<Ending | null> {
    const { signal, now } = this.training;
    const { epochs } = this.spec.recipe;
    const epoch = this.loop.epoch + 1;
    let clock = now();
    for await (const batch of batches) {
      const report = this.step(batch, epoch);
      const time = now();
      this.loop = {
        ...this.loop,
        stepInEpoch: this.loop.stepInEpoch + 1,
        step: this.loop.step + 1,
        lossChain: extendChain(this.loop.lossChain, report.total),
        stepLosses: this.stepLosses(report.total),
        sums: addStep(this.loop.sums, report, batch.size, (time - clock) / 1000),
      };
      clock = time;
      if (!Number.isFinite(report.total)) return this.diverged(epoch, report);
      if (time - this.lastProgress >= progressMs) {
        this.lastProgress = time;
        const { stepInEpoch: step } = this.loop;
        this.training.report({
          type: 'progress',
          epoch,
          epochs,
          step,
          steps: this.stepsPerEpoch,
          loss: report.total,
        });
      }
      // Signals and the parent's end reach the process between steps only.
      await afterEvents();
      if (signal.aborted && this.loop.stepInEpoch < this.stepsPerEpoch) return this.cancelled();
      if (this.loop.step === this.training.request.replaySteps) return this.replayed();
    }
    return null;
  }

  /** A checkpoint of an earlier version has no losses by step; half a record would be taken for a whole one. */
  private stepLosses(total: number): string {
    const { step, stepLosses } = this.loop;
    const complete = stepLosses?.length === 8 * step;
    return complete && step < keptSteps ? stepLosses + lossBits(total) : (stepLosses ?? '');
  }

  /** Says how far a replay came; its steps are compared, nothing of it is kept. */
  private replayed(): Ending {
    const { step, stepLosses, lossChain } = this.loop;
    this.training.journal.append({
      type: 'event',
      kind: 'replayed',
      message: `${step} steps were replayed`,
      data: { step, stepLosses, lossChain },
    });
    return { state: 'cancelled', reason: `${step} steps were replayed` };
  }

  private step(batch: TaskBatch, epoch: number): StepReport {
    const random = new RandomStream(this.loop.methodStream);
    const rate = learningRate(this.spec.recipe, epoch, this.loop.stepInEpoch, this.stepsPerEpoch);
    const [report] = this.program.step(batch, [{ epoch, learningRate: rate, random }]);
    this.loop = { ...this.loop, methodStream: random.state };
    return report as StepReport;
  }

  private diverged(epoch: number, report: StepReport): Ending {
    const terms = Object.entries(report.terms).map(([term, value]) => `${term} ${value}`);
    return {
      state: 'diverged',
      reason: `the loss became ${report.total} in epoch ${epoch}, step ${this.loop.stepInEpoch} (${terms.join(', ')})`,
    };
  }

  private cancelled(): Ending {
    this.checkpoint();
    const { epoch, stepInEpoch } = this.loop;
    return {
      state: 'cancelled',
      reason: `stopped on request after ${epoch} epochs and ${stepInEpoch} steps; the next run goes on from there`,
    };
  }

  /** Evaluates, writes the epoch's line, and then a checkpoint where one is due. */
  private async endEpoch(): Promise<void> {
    const { journal, now, request, task } = this.training;
    const { recipe } = this.spec;
    const { sums } = this.loop;
    const epoch = this.loop.epoch + 1;
    const last = epoch === recipe.epochs;
    const started = now();
    const [{ metrics, files = {} }] = (await this.program.evaluate(last)) as [Evaluation];
    const evalSeconds = (now() - started) / 1000;
    writeRunFiles(request.runDirectory, files);
    const losses = meanLosses(sums);
    journal.append({
      type: 'epoch',
      epoch,
      step: this.loop.step,
      lr: learningRate(recipe, epoch, this.stepsPerEpoch - 1, this.stepsPerEpoch),
      losses,
      metrics: [...metrics, ...task.trainMetrics(sums.counts, sums.pictures)],
      lossChain: this.loop.lossChain,
      ...(epoch === 1 ? { stepLosses: this.loop.stepLosses } : {}),
      trainSeconds: sums.trainSeconds,
      evalSeconds,
      msPerStep: (1000 * sums.trainSeconds) / this.stepsPerEpoch,
      peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    });
    this.loop = { ...this.loop, epoch, stepInEpoch: 0, sums: emptySums };
    if (last || now() - this.lastCheckpoint >= 1000 * request.checkpointSeconds) this.checkpoint();
    this.training.report({
      type: 'epoch',
      epoch,
      epochs: recipe.epochs,
      headline: headlineOf(this.spec.task, metrics) ?? null,
      loss: losses['total'] ?? Number.NaN,
      seconds: sums.trainSeconds + evalSeconds,
    });
  }

  private checkpoint(): void {
    const { journal, now } = this.training;
    const { program } = this.program;
    const state = program.readState(this.resumedState());
    const tensors = Object.fromEntries(
      Object.entries(state).map(([name, data]): [string, SafeTensor] => [
        name,
        { ...(program.state[name] as TensorSpec), data },
      ]),
    );
    const { epoch, step } = this.loop;
    const { file, sha256: digest } = saveCheckpoint(this.checkpoints, step, {
      tensors,
      loop: this.loop,
    });
    journal.append({ type: 'checkpoint', epoch, step, file, sha256: digest });
    this.lastCheckpoint = now();
  }

  private restore(tensors: Readonly<Record<string, SafeTensor>>, file: string): void {
    const missing = this.resumedState().filter((name) => tensors[name] === undefined);
    if (missing.length > 0) {
      throw new DataError('CHECKPOINT_STATE', `${file} lacks ${missing.join(', ')}.`, {
        hint: 'It was written by another version of Redistill; remove the run to start again.',
      });
    }
    this.program.program.writeState(
      Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])),
    );
  }

  /** Everything that training changes. The teacher comes from its own file. */
  private resumedState(): string[] {
    return Object.keys(this.program.program.state).filter(
      (name) => !name.startsWith(names.teacher('')),
    );
  }

  /** The final weights, in a file that PyTorch's users can load by name. */
  private writeModel(): void {
    const { request } = this.training;
    writeFileAtomic(
      join(request.runDirectory, runFiles.model),
      encodeSafetensors({
        tensors: this.modelTensors(),
        metadata: { format: 'pt', model: this.spec.model, trial: request.trial, run: request.run },
      }),
    );
  }

  private modelTensors(): Record<string, SafeTensor> {
    const { params } = this.student.network;
    const state = this.program.program.readState(params.map((param) => names.model(0, param.name)));
    return torchTensors(
      params,
      Object.fromEntries(
        params.map(({ name }) => [name, state[names.model(0, name)] as Float32Array]),
      ),
    );
  }
}

/** Files of an evaluation, each whole or not at all. */
export function writeRunFiles(runDirectory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    writeFileAtomic(join(runDirectory, name), content);
  }
}
