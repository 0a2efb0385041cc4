import { sha256 } from '../../common/canonical.ts';
import type { Environment, JournalRecord, MetricValue } from '../../contract/journal-types.ts';
import { runIdOf } from '../../contract/paths.ts';
import { schemaVersion, type TrialSpec, trialId, unrecorded } from '../../contract/spec.ts';
import { learningRate } from '../engine/optim/schedule.ts';
import type { LogSubject } from './log-name.ts';
import type { LogEpoch, LogFinding, LogRun } from './log-types.ts';
import type { OfficialProtocol } from './protocols.ts';

/** A file as the journal names it: without the folders of the machine it lay on. */
export interface LogFile {
  readonly name: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

/** One training of a log, ready to be written. */
export interface OfficialJournal {
  readonly trial: string;
  readonly run: string;
  readonly records: readonly JournalRecord[];
  /**
   * Where the log departs from the protocol: its numbers are then not those of the published table.
   */
  readonly deviations: readonly string[];
  readonly completed: boolean;
  readonly best: number;
  readonly last: number;
  readonly epochs: number;
}

/**
 * Turns one training of an official log into the lines of a journal of implementation `official`.
 * Pure.
 *
 * The trial is what the log's name says and what the protocol is; the seed, the teacher's weights
 * and the data are not known, which `seed` 0, a teacher of kind `unrecorded` and the data hash say.
 * The run is the file: its fingerprint is the SHA-256 of the log, its attempt the place of the
 * training in the log, so that importing the same bytes again is the same run.
 *
 * @param place of the training in the log, from 1
 */
export function officialJournal(
  file: LogFile,
  subject: LogSubject,
  protocol: OfficialProtocol,
  training: { readonly run: LogRun; readonly place: number; readonly of: number },
  notes: readonly LogFinding[],
): OfficialJournal {
  const { run, place } = training;
  const last = run.epochs.at(-1) as LogEpoch;
  // A trainer's closing line ends the run, however many epochs the protocol has.
  const planned = protocol.recipe.epochs;
  const epochs = run.best !== null || last.epoch > planned ? last.epoch : planned;
  const spec = specOf(subject, { ...protocol.recipe, epochs });
  const trial = trialId(spec);
  const runId = runIdOf(trial, file.sha256, place);
  const completed = last.epoch >= epochs;
  const deviations = [
    ...(epochs === planned ? [] : [`the log has ${epochs} epochs, the protocol ${planned}`]),
    ...learningRateDeviations(run, protocol),
    ...(subject.by === 'authors'
      ? []
      : ["it is not known to be a run of the publication's authors"]),
  ];
  const best = Math.max(...run.epochs.map(({ top1 }) => top1));
  const event = (kind: string, message: string): JournalRecord => ({
    type: 'event',
    kind,
    message,
  });
  return {
    trial,
    run: runId,
    deviations,
    completed,
    best,
    last: last.top1,
    epochs: last.epoch,
    records: [
      {
        type: 'header',
        schemaVersion,
        run: runId,
        trial,
        attempt: place,
        fingerprint: file.sha256,
        spec,
        environment,
      },
      event(
        'import',
        `Read from lines ${run.firstLine} to ${run.lastLine} of ${file.name}, training ${place} of ${training.of} in it. Its protocol is that of ${protocol.of}.`,
      ),
      ...(subject.assumed === null ? [] : [event('name', `${subject.assumed}.`)]),
      ...deviations.map((message) => event('deviation', message)),
      ...notesOf(run, notes).map(({ code, line, message }) =>
        event(code === 'LOG_RESTART' ? 'restart' : 'note', `line ${line}: ${message}`),
      ),
      ...bestNotes(run, best).map((message) => event('note', message)),
      ...epochRecords(run, trial, protocol.stepsPerEpoch),
      {
        type: 'end',
        ...(completed
          ? { state: 'completed', reason: 'the log goes to the last epoch' }
          : {
              state: 'cancelled',
              reason: `the log ends after epoch ${last.epoch} of ${epochs}; it does not say why`,
            }),
        weights: null,
        seconds: Number.NaN,
      },
    ],
  };
}

/**
 * The findings about the lines of one training. The line on which the next one begins may be its
 * last.
 */
function notesOf(run: LogRun, notes: readonly LogFinding[]): readonly LogFinding[] {
  return notes.filter(
    ({ line }) =>
      line !== null && line >= run.firstLine && (line < run.lastLine || line === run.firstLine),
  );
}

function specOf(subject: LogSubject, recipe: TrialSpec['recipe']): TrialSpec {
  return {
    schemaVersion,
    implementation: 'official',
    task: 'classification',
    scale: 'paper',
    role: 'student',
    model: subject.student,
    method: subject.method,
    hyper: subject.hyper,
    teacher: { kind: 'unrecorded', model: subject.teacher },
    recipe,
    data: { dataset: subject.dataset, hash: unrecorded },
    seed: 0,
  };
}

const environment: Environment = {
  hardware: { cpu: unrecorded, cores: 0, memoryGiB: 0, gpu: null },
  os: unrecorded,
  node: unrecorded,
  tensorflow: unrecorded,
  device: 'unrecorded',
  threads: { intra: 0, inter: 0 },
  libvips: unrecorded,
  commit: null,
  dirty: false,
};

/**
 * A rate that is printed otherwise than the protocol's would be; the first epoch of each stretch is
 * named.
 */
function learningRateDeviations(run: LogRun, protocol: OfficialProtocol): readonly string[] {
  const wrong = run.epochs.flatMap(({ epoch, lr }) => {
    if (lr === null || epoch > protocol.recipe.epochs) return [];
    const expected = learningRate(protocol.recipe, epoch, 0, protocol.stepsPerEpoch);
    const digits = printedDigits(lr);
    return Math.abs(Number(lr) - expected) <= 0.5 * 10 ** -digits + 1e-9
      ? []
      : [{ epoch, lr, expected }];
  });
  const [first] = wrong;
  if (first === undefined) return [];
  const count = `${wrong.length} epoch${wrong.length === 1 ? '' : 's'}`;
  return [
    `the learning rate differs from the protocol's in ${count}, first in epoch ${first.epoch}: ${first.lr} instead of ${Number(first.expected.toPrecision(6))}`,
  ];
}

/** Digits after the point that a number is printed with: 4 of `0.0250`, 3 of `2.5e-2`. */
function printedDigits(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  return (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
}

/** Compares the trainer's own best with that of its epochs. */
function bestNotes(run: LogRun, best: number): readonly string[] {
  const notes: string[] = [];
  if (run.best !== null && run.best !== best)
    notes.push(`the log's closing line says best_acc ${run.best}, its epochs reach ${best}`);
  let highest = 0;
  const wrong = run.epochs.filter(({ top1, bestSoFar }) => {
    highest = Math.max(highest, top1);
    return bestSoFar !== null && bestSoFar !== highest;
  });
  if (wrong.length > 0)
    notes.push(
      `the running best_acc is not that of the epochs in ${wrong.length} of them, first in epoch ${wrong[0]?.epoch}`,
    );
  return notes;
}

function epochRecords(run: LogRun, trial: string, stepsPerEpoch: number): readonly JournalRecord[] {
  let chain = sha256(`official ${trial}`);
  return run.records.map((record) => {
    if (!('epoch' in record)) {
      const { resumedAfter, lostEpochs } = record;
      const step = resumedAfter * stepsPerEpoch;
      return { type: 'resume', epoch: resumedAfter, step, lostEpochs, environment };
    }
    // A chain as our own journals have it, over what the log prints: two imports can be compared by
    // its end.
    chain = sha256(`${chain} ${JSON.stringify(record)}`);
    return {
      type: 'epoch',
      epoch: record.epoch,
      step: record.epoch * stepsPerEpoch,
      lr: record.lr === null ? Number.NaN : Number(record.lr),
      losses: record.trainLoss === null ? {} : { total: record.trainLoss },
      metrics: metricsOf(record),
      lossChain: chain,
      // A journal writes null for what is not a number; these a log does not say.
      trainSeconds: Number.NaN,
      evalSeconds: Number.NaN,
      msPerStep: Number.NaN,
      peakMemoryMiB: Number.NaN,
    };
  });
}

function metricsOf(epoch: LogEpoch): readonly MetricValue[] {
  const named = (name: string, split: string, value: number | null): readonly MetricValue[] =>
    value === null ? [] : [{ task: 'classification', name, split, value }];
  return [
    ...named('top1', 'test', epoch.top1),
    ...named('top5', 'test', epoch.top5),
    ...named('loss', 'test', epoch.testLoss),
    ...named('top1', 'train', epoch.trainTop1),
    ...named('temperature', 'train', epoch.temperature),
  ];
}
