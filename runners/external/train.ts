import {
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { sha256 } from '../../common/canonical.ts';
import { RedistillError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { identify, liveness, type ProcessIdentity } from '../../common/process-identity.ts';
import { headlineOf } from '../../contract/headline.ts';
import type { JournalWriter } from '../../contract/journal.ts';
import type {
  Ending,
  Environment,
  JournalLine,
  MetricValue,
} from '../../contract/journal-types.ts';
import type { WorkerMessage, WorkerRequest } from '../../contract/request.ts';
import type { ExternalSource, TrialSpec } from '../../contract/spec.ts';
import { checkCheckout } from './checkout.ts';
import { type CommandFolders, commandEnvironment, expand, expandCommand } from './command.ts';
import { type ExternalEpoch, readExternalLog } from './log.ts';

export interface ExternalTraining {
  readonly request: WorkerRequest;
  readonly journal: JournalWriter;
  /** The journal's lines from before this process. */
  readonly history: readonly JournalLine[];
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly report: (message: WorkerMessage) => void;
}

/** Its output file, within the run's folder. */
const printedName = 'external.log';
const processName = 'external.json';
/** Seconds between two looks at the log, and between SIGTERM and SIGKILL. */
const look = 0.5;
const grace = 5;
/** Of a log; a longer one is a program that went wrong. */
const largestLog = 64 * 2 ** 20;

/**
 * Runs the training of external code and journals its log, epoch by epoch. Such a training cannot
 * be resumed: after an interruption it begins anew in an empty folder, and the journal says so.
 */
export async function trainExternally(training: ExternalTraining): Promise<void> {
  const { request, journal } = training;
  const source = request.spec.external;
  if (source === undefined || request.external === undefined) {
    throw new RedistillError('EXTERNAL_FOLDER', 'No folder with checkouts was given.', {
      hint: 'Run with --external DIR.',
    });
  }
  const started = performance.now();
  const ending = await run(training, source, request.external);
  const seconds = (performance.now() - started) / 1000;
  journal.append({ type: 'end', ...ending, weights: null, seconds });
  training.report({ type: 'end', trial: request.trial, ...ending });
}

async function run(
  training: ExternalTraining,
  source: ExternalSource,
  { folder, timeoutMinutes }: NonNullable<WorkerRequest['external']>,
): Promise<Ending> {
  const { request, journal, signal } = training;
  const { spec, runDirectory } = request;
  const checkout = checkCheckout(folder, source);
  const folders: CommandFolders = {
    output: join(runDirectory, 'output'),
    teacherOutput:
      request.teacherWeights === null ? null : join(dirname(request.teacherWeights), 'output'),
  };
  const [program = '', ...args] = expandCommand(spec, folders);
  const printed = join(runDirectory, printedName);
  const logFile = source.log.file === null ? printed : expand(source.log.file, spec, folders);
  if (source.log.file !== null && relative(folders.output, logFile).startsWith('..')) {
    throw new RedistillError('EXTERNAL_LOG', `The log ${logFile} lies outside of {output}.`);
  }
  await endOrphan(runDirectory);
  for (const old of [folders.output, printed]) rmSync(old, { recursive: true, force: true });
  mkdirSync(folders.output, { recursive: true });
  begin(training, source, checkout, [program, ...args]);

  // With an open descriptor the program inherits the file itself, and needs nothing of this
  // process.
  const output = createWriteStream(printed, { fd: openSync(printed, 'w') });
  const subprocess = execa(program, args, {
    cwd: checkout.folder,
    env: commandEnvironment(spec, process.env),
    extendEnv: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    reject: false,
    // A group of its own: loaders and launchers end with it.
    detached: true,
    cleanup: false,
  });
  output.destroy();
  if (subprocess.pid !== undefined) {
    writeFileAtomic(join(runDirectory, processName), JSON.stringify(identify(subprocess.pid)));
  }
  const limit = new AbortController();
  const over = new AbortController();
  const timer =
    timeoutMinutes === null ? null : setTimeout(() => limit.abort(), timeoutMinutes * 60_000);
  const stop = () => void endGroup(subprocess.pid, over.signal);
  for (const each of [signal, limit.signal]) {
    if (each.aborted) stop();
    else each.addEventListener('abort', stop, { once: true });
  }
  const follower = new LogFollower(training, source, logFile);
  const following = follower.until(over.signal);
  const result = await subprocess;
  over.abort();
  if (timer !== null) clearTimeout(timer);
  // Ends the processes that it started and left behind.
  kill(subprocess.pid, 'SIGKILL');
  rmSync(join(runDirectory, processName), { force: true });
  await following;
  const { epochs, problems } = follower.finish();
  for (const message of problems.slice(0, 20)) {
    journal.append({ type: 'event', kind: 'log-problem', message });
  }
  if (signal.aborted) return { state: 'cancelled', reason: 'stopped on request; it begins anew' };
  if (limit.signal.aborted) {
    const reason = `it took longer than the ${timeoutMinutes} minutes that the suite allows`;
    return { state: 'timed-out', reason };
  }
  if (result.exitCode !== 0) {
    const how =
      result.exitCode === undefined
        ? (result.signal ?? result.originalMessage)
        : `exit code ${result.exitCode}`;
    return { state: 'failed', reason: `${program} ended with ${how}: ${lastLines(printed)}` };
  }
  return judge(spec, epochs, problems);
}

/** How a training that ended well by its exit code ended by its log. */
function judge(
  spec: TrialSpec,
  epochs: readonly ExternalEpoch[],
  problems: readonly string[],
): Ending {
  if (problems.length > 0) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    return { state: 'failed', reason: `its log cannot be read: ${problems[0]}${more}` };
  }
  const bad = epochs.find(({ trainLoss }) => trainLoss !== null && !Number.isFinite(trainLoss));
  if (bad !== undefined) {
    return { state: 'diverged', reason: `the loss became ${bad.trainLoss} in epoch ${bad.epoch}` };
  }
  const last = epochs.at(-1)?.epoch ?? 0;
  const gap = epochs.findIndex(({ epoch }, index) => epoch !== index + 1);
  if (gap >= 0) return { state: 'failed', reason: `its log lacks epoch ${gap + 1}` };
  if (last !== spec.recipe.epochs) {
    return { state: 'failed', reason: `its log has ${last} of ${spec.recipe.epochs} epochs` };
  }
  return { state: 'completed', reason: `${last} epochs` };
}

function begin(
  { journal, history, environment }: ExternalTraining,
  source: ExternalSource,
  { difference, changed }: ReturnType<typeof checkCheckout>,
  command: readonly string[],
): void {
  if (!history.some(({ type }) => type === 'start')) {
    journal.append({ type: 'start', parameters: 0, stepsPerEpoch: 1, initialWeights: '' });
  } else {
    const lostEpochs = Math.max(
      0,
      ...history.map((line) => (line.type === 'epoch' ? line.epoch : 0)),
    );
    journal.append({ type: 'resume', epoch: 0, step: 0, lostEpochs, environment });
  }
  const state = difference === null ? '' : `, with changes in ${changed.length} files`;
  journal.append({
    type: 'event',
    kind: 'external',
    message: `${source.repository} at ${source.commit}${state}`,
    data: { command: [...command], difference, changed: changed.slice(0, 100) },
  });
}

/** Journals the epochs of a log while it grows. */
class LogFollower {
  private readonly training: ExternalTraining;
  private readonly source: ExternalSource;
  private readonly file: string;
  private size = -1;
  private told = 0;
  private chain: string;
  private since = performance.now();

  constructor(training: ExternalTraining, source: ExternalSource, file: string) {
    this.training = training;
    this.source = source;
    this.file = file;
    this.chain = sha256(`external ${training.request.trial}`);
  }

  async until(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      // An epoch counts once the next one has begun: its last line may be still to come.
      if (this.hasGrown()) this.tell(this.read(false).epochs.slice(0, -1));
      await sleep(look * 1000, undefined, { signal: over }).catch(() => {});
    }
  }

  /** Reads the whole log; a problem names file and line. */
  finish(): { epochs: readonly ExternalEpoch[]; problems: readonly string[] } {
    const { epochs, problems } = this.read(true);
    this.tell(epochs);
    const name = relative(this.training.request.runDirectory, this.file);
    return { epochs, problems: problems.map((problem) => `${name}, ${problem}`) };
  }

  private hasGrown(): boolean {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    const grown = size !== this.size;
    this.size = size;
    return grown;
  }

  private read(complete: boolean) {
    if (!existsSync(this.file)) {
      return { epochs: [], problems: complete ? ['the log was never written.'] : [] };
    }
    if (statSync(this.file).size > largestLog) {
      return { epochs: [], problems: [`it is longer than ${largestLog / 2 ** 20} MiB.`] };
    }
    return readExternalLog(readFileSync(this.file, 'utf8'), this.source.log, complete);
  }

  private tell(epochs: readonly ExternalEpoch[]): void {
    const { journal, report, request } = this.training;
    const { task, recipe } = request.spec;
    for (const epoch of epochs.filter((each) => each.epoch > this.told)) {
      const now = performance.now();
      const seconds = (now - this.since) / 1000;
      this.since = now;
      this.told = epoch.epoch;
      this.chain = sha256(`${this.chain} ${JSON.stringify(epoch)}`);
      const metrics = metricsOf(task, epoch);
      journal.append({
        type: 'epoch',
        epoch: epoch.epoch,
        step: epoch.epoch,
        lr: epoch.lr ?? Number.NaN,
        losses: epoch.trainLoss === null ? {} : { total: epoch.trainLoss },
        metrics,
        lossChain: this.chain,
        // The time between two looks at its log, because the log does not time the training alone.
        trainSeconds: seconds,
        evalSeconds: Number.NaN,
        msPerStep: Number.NaN,
        peakMemoryMiB: Number.NaN,
      });
      const headline = headlineOf(task, metrics) ?? null;
      const loss = epoch.trainLoss ?? Number.NaN;
      const { epochs: all } = recipe;
      const { trial } = request;
      report({ type: 'epoch', trial, epoch: epoch.epoch, epochs: all, headline, loss, seconds });
    }
  }
}

function metricsOf(task: MetricValue['task'], { test, train }: ExternalEpoch): MetricValue[] {
  const of = (split: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => ({ task, name, split, value }));
  return [...of('test', test), ...of('train', train)];
}

/** Asks a group to end, and makes it. */
async function endGroup(pid: number | undefined, over: AbortSignal): Promise<void> {
  kill(pid, 'SIGTERM');
  await sleep(grace * 1000, undefined, { signal: over }).catch(() => {});
  if (!over.aborted) kill(pid, 'SIGKILL');
}

function kill(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends a training that outlived the worker which had started it: two of them would write into one
 * folder.
 */
async function endOrphan(runDirectory: string): Promise<void> {
  const file = join(runDirectory, processName);
  if (!existsSync(file)) return;
  const orphan = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity | undefined;
  if (orphan !== undefined && liveness(orphan) === 'alive') {
    kill(orphan.pid, 'SIGKILL');
    while (liveness(orphan) === 'alive') await sleep(50);
  }
  rmSync(file, { force: true });
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-3).join(' | ').slice(-600);
}
