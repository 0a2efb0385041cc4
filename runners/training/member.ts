import { join } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { RandomStream } from '../../common/random.ts';
import { headlineOf } from '../../contract/headline.ts';
import type { JournalWriter } from '../../contract/journal.ts';
import type {
  Ending,
  Environment,
  JournalLine,
  MetricValue,
} from '../../contract/journal-types.ts';
import { runFiles, type WorkerMessage, type WorkerRequest } from '../../contract/request.ts';
import { learningRate } from '../engine/optim/schedule.ts';
import { encodeSafetensors, type SafeTensor } from '../formats/safetensors.ts';
import { countParameters } from '../networks/init.ts';
import type {
  Evaluation,
  KeptReport,
  PreparedStudent,
  StepControl,
  StepReport,
} from '../tasks/types.ts';
import { weightsHash } from '../weights/network-state.ts';
import { recoverCheckpoint, saveCheckpoint } from './checkpoint.ts';
import {
  addStep,
  emptySums,
  extendChain,
  type LoopState,
  meanLosses,
  nextStepLosses,
} from './loop-state.ts';

/** One trial of a training, as the worker has it from its request. */
export interface MemberOptions {
  readonly request: WorkerRequest;
  readonly environment: Environment;
  readonly journal: JournalWriter;
  /** The journal's lines from before this process. */
  readonly history: readonly JournalLine[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly report: (message: WorkerMessage) => void;
}

type Tensors = Readonly<Record<string, SafeTensor>>;

/**
 * The state of one trial while it is trained, alone or in a cohort: its place in the training, its
 * journal, its checkpoints, its end. Tensors have the names of a program with one student, so that
 * a checkpoint is the same from a cohort and from a trial alone.
 */
export class Member {
  /** Its place among the students of the task. */
  readonly index: number;
  readonly student: PreparedStudent;
  loop: LoopState;
  ending: Ending | null = null;
  private readonly options: MemberOptions;
  private readonly stepsPerEpoch: number;
  private readonly began: number;
  /** Faults of newer checkpoints. */
  private refused: readonly string[] = [];
  private restored: { readonly file: string; readonly tensors: Tensors } | null = null;

  constructor(
    index: number,
    student: PreparedStudent,
    stepsPerEpoch: number,
    options: MemberOptions,
  ) {
    this.index = index;
    this.student = student;
    this.stepsPerEpoch = stepsPerEpoch;
    this.options = options;
    this.began = options.now();
    const { seed } = options.request.spec;
    this.loop = {
      epoch: 0,
      stepInEpoch: 0,
      step: 0,
      lossChain: sha256(`${seed}`),
      stepLosses: '',
      sums: emptySums,
      methodStream: RandomStream.named(seed, `method/${student.method}`).state,
    };
    this.recover();
  }

  get request(): WorkerRequest {
    return this.options.request;
  }

  private get recipe() {
    return this.request.spec.recipe;
  }

  /**
   * Steps of the training that are done; before the end of an epoch is journalled, one less than
   * after.
   */
  get place(): number {
    return this.loop.epoch * (this.stepsPerEpoch + 1) + this.loop.stepInEpoch;
  }

  /** Whether all epochs are done and journalled. */
  get finished(): boolean {
    return this.loop.epoch >= this.recipe.epochs;
  }

  private recover(): void {
    const { journal, request } = this.options;
    const folder = join(request.runDirectory, runFiles.checkpoints);
    const recovered = recoverCheckpoint<LoopState>(folder);
    const orphaned = recovered.checkpoint !== null && !this.hasJournalOf(recovered.checkpoint.loop);
    const checkpoint = orphaned ? null : recovered.checkpoint;
    const refused = [
      ...recovered.refused,
      ...(orphaned ? [orphan(recovered.checkpoint as { readonly file: string })] : []),
    ];
    for (const { file, reason } of refused) {
      journal.append({
        type: 'event',
        kind: 'checkpoint-refused',
        message: reason,
        data: { file },
      });
    }
    this.refused = refused.map(({ reason }) => reason);
    if (checkpoint === null) return;
    this.loop = checkpoint.loop;
    this.restored = checkpoint;
  }

  /**
   * Epochs are journalled before their checkpoint is written: a journal that lacks them was removed
   * or replaced.
   */
  private hasJournalOf({ epoch }: LoopState): boolean {
    const { history } = this.options;
    const journalled = history.findLast((line) => line.type === 'epoch')?.epoch ?? 0;
    return history.length > 0 && journalled >= epoch;
  }

  /**
   * Writes the start of the journal, or where it goes on from.
   *
   * @param model the network's initial weights, by PyTorch's names
   * @param stateNames what a checkpoint must hold
   * @returns the tensors to go on with; null for the initial ones
   * @throws DataError `CHECKPOINT_STATE` for a checkpoint that lacks some
   */
  begin(model: () => Tensors, stateNames: readonly string[]): Tensors | null {
    const { journal, history, environment } = this.options;
    if (!history.some((line) => line.type === 'start')) {
      journal.append({
        type: 'start',
        parameters: countParameters(this.student.network),
        stepsPerEpoch: this.stepsPerEpoch,
        initialWeights: weightsHash(model()),
      });
    }
    const { restored, loop } = this;
    this.restored = null;
    if (restored !== null) {
      const missing = stateNames.filter((name) => restored.tensors[name] === undefined);
      if (missing.length > 0) {
        throw new DataError('CHECKPOINT_STATE', `${restored.file} lacks ${missing.join(', ')}.`, {
          hint: 'It was written by another version of Redistill; remove the run to start again.',
        });
      }
    }
    if (history.length > 1) {
      const lastEpoch = Math.max(
        0,
        ...history.map((line) => (line.type === 'epoch' ? line.epoch : 0)),
      );
      const lostEpochs = Math.max(0, lastEpoch - loop.epoch);
      journal.append({
        type: 'resume',
        epoch: loop.epoch,
        step: loop.step,
        lostEpochs,
        environment,
      });
      if (lostEpochs > 0 || this.refused.length > 0) {
        const { trial } = this.request;
        this.options.report({ type: 'lost', trial, epochs: lostEpochs, reasons: this.refused });
      }
    }
    return restored?.tensors ?? null;
  }

  event(kind: string, message: string, data: Record<string, string | number | string[]>): void {
    this.options.journal.append({ type: 'event', kind, message, data });
  }

  /** This student's inputs of the next step; `random` is handed back to `stepped`. */
  control(): StepControl {
    const { epoch, stepInEpoch, methodStream } = this.loop;
    return {
      epoch: epoch + 1,
      step: stepInEpoch,
      learningRate: learningRate(this.recipe, epoch + 1, stepInEpoch, this.stepsPerEpoch),
      random: new RandomStream(methodStream),
    };
  }

  /**
   * Counts one step.
   *
   * @param seconds of the whole step, shared by `students`
   */
  stepped(
    { random }: StepControl,
    report: StepReport,
    pictures: number,
    seconds: number,
    students: number,
  ): void {
    const { loop } = this;
    this.loop = {
      ...loop,
      stepInEpoch: loop.stepInEpoch + 1,
      step: loop.step + 1,
      lossChain: extendChain(loop.lossChain, report.total),
      stepLosses: nextStepLosses(loop, report.total),
      sums: addStep(loop.sums, report, pictures, seconds, students),
      methodStream: random.state,
    };
  }

  reportProgress(loss: number): void {
    const { epoch, stepInEpoch: step } = this.loop;
    this.options.report({
      type: 'progress',
      trial: this.request.trial,
      epoch: epoch + 1,
      epochs: this.recipe.epochs,
      step,
      steps: this.stepsPerEpoch,
      loss,
    });
  }

  /**
   * Writes the files of an evaluation and the epoch's line. `evalSeconds` is of all students
   * together.
   *
   * @returns reports the epoch: to be called when its checkpoint is written, so that who hears of
   *   it finds it
   */
  endEpoch(
    { metrics, files = {} }: Evaluation,
    trainMetrics: readonly MetricValue[],
    evalSeconds: number,
    teacherOutputs: KeptReport | null = null,
  ): () => void {
    const { journal, request, report } = this.options;
    const { sums, step, lossChain, stepLosses } = this.loop;
    const epoch = this.loop.epoch + 1;
    const losses = meanLosses(sums);
    const students = sums.studentSteps / this.stepsPerEpoch;
    writeRunFiles(request.runDirectory, files);
    journal.append({
      type: 'epoch',
      epoch,
      step,
      lr: learningRate(this.recipe, epoch, this.stepsPerEpoch - 1, this.stepsPerEpoch),
      losses,
      metrics: [...metrics, ...trainMetrics],
      lossChain,
      ...(epoch === 1 ? { stepLosses } : {}),
      trainSeconds: sums.trainSeconds,
      evalSeconds,
      msPerStep: (1000 * sums.trainSeconds) / this.stepsPerEpoch,
      ...(students === 1 ? {} : { students }),
      ...(teacherOutputs !== null && { teacherOutputs }),
      peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    });
    this.loop = { ...this.loop, epoch, stepInEpoch: 0, sums: emptySums };
    return () =>
      report({
        type: 'epoch',
        trial: request.trial,
        epoch,
        epochs: this.recipe.epochs,
        headline: headlineOf(request.spec.task, metrics) ?? null,
        loss: losses['total'] ?? Number.NaN,
        seconds: sums.trainSeconds + evalSeconds,
      });
  }

  checkpoint(tensors: Tensors): void {
    const { journal, request } = this.options;
    const { epoch, step } = this.loop;
    const folder = join(request.runDirectory, runFiles.checkpoints);
    const { file, sha256: digest } = saveCheckpoint(folder, step, { tensors, loop: this.loop });
    journal.append({ type: 'checkpoint', epoch, step, file, sha256: digest });
  }

  /**
   * Writes the final weights, in a file that PyTorch's users can load by name, and ends the trial
   * as completed.
   */
  complete(model: Tensors): void {
    const { runDirectory, spec, trial, run } = this.request;
    writeFileAtomic(
      join(runDirectory, runFiles.model),
      encodeSafetensors({
        tensors: model,
        metadata: {
          format: 'pt',
          model: spec.model,
          trial,
          run,
          // Students of another recipe show it pictures in this one.
          ...(spec.recipe.normalisation !== undefined && {
            normalisation: spec.recipe.normalisation,
          }),
        },
      }),
    );
    this.end({ state: 'completed', reason: `${this.recipe.epochs} epochs` }, weightsHash(model));
  }

  diverged(report: StepReport): void {
    const terms = Object.entries(report.terms).map(([term, value]) => `${term} ${value}`);
    const { epoch, stepInEpoch } = this.loop;
    this.end({
      state: 'diverged',
      reason: `the loss became ${report.total} in epoch ${epoch + 1}, step ${stepInEpoch} (${terms.join(', ')})`,
    });
  }

  cancelled(): void {
    const { epoch, stepInEpoch } = this.loop;
    this.end({
      state: 'cancelled',
      reason: `stopped on request after ${epoch} epochs and ${stepInEpoch} steps; the next run goes on from there`,
    });
  }

  /** Says how far a replay came; its steps are compared, nothing of it is kept. */
  replayed(): void {
    const { step, stepLosses, lossChain } = this.loop;
    const reason = `${step} steps were replayed`;
    this.event('replayed', reason, { step, stepLosses, lossChain });
    this.end({ state: 'cancelled', reason });
  }

  private end(ending: Ending, weights: string | null = null): void {
    const { journal, now, report, request } = this.options;
    journal.append({
      type: 'end',
      ...ending,
      weights,
      seconds: (now() - this.began) / 1000,
    });
    this.ending = ending;
    report({ type: 'end', trial: request.trial, ...ending });
  }
}

/** Files of an evaluation, each whole or not at all. */
export function writeRunFiles(runDirectory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    writeFileAtomic(join(runDirectory, name), content);
  }
}

function orphan({ file }: { readonly file: string }) {
  const reason = `The checkpoint ${file} is of epochs that the journal does not have: somebody removed or replaced the journal.`;
  return { file, reason };
}
