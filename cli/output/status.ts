import { progressOf } from '../../app/progress.ts';
import { headlines } from '../../contract/headline.ts';
import type { PlanStatus, TrialState, TrialStatus } from '../../contract/status.ts';
import { formatDuration } from './duration.ts';
import { progressWords } from './progress-words.ts';
import { renderTable } from './table.ts';

/** A suite's status for people: a line of counts, a table of trials, an empty line. */
export function statusLines(status: PlanStatus): string[] {
  const rows = status.trials.map((trial) => [
    trial.trial,
    trial.model,
    trial.role === 'teacher' ? 'teacher' : trial.method,
    String(trial.seed),
    trial.state,
    `${trial.epoch}/${trial.epochs}`,
    trial.headline === null ? '' : trial.headline.toFixed(2),
    note(trial),
  ]);
  const table = renderTable(
    [
      { title: 'trial' },
      { title: 'model' },
      { title: 'method' },
      { title: 'seed', align: 'right' },
      { title: 'state' },
      { title: 'epoch', align: 'right' },
      { title: `${headlines[status.task].label} %`, align: 'right' },
      { title: '' },
    ],
    rows,
  );
  const heading = `${status.suite}@${status.scale}: ${status.title}`;
  return [
    heading,
    countLine(status),
    ...progressLines(status),
    ...table.map((line) => `  ${line}`),
    '',
  ];
}

/** How far a suite is that runs now, in one line. */
function progressLines(status: PlanStatus): readonly string[] {
  const progress = progressOf(status);
  return progress.running.length === 0 ? [] : [progressWords(progress, status.trials.length)];
}

/** `12 trials: 5 completed, 2 running, 5 waiting`, in the order of a trial's life. */
function countLine({ trials }: PlanStatus): string {
  const counts = order
    .map((state) => ({ state, count: trials.filter((trial) => trial.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`);
  return `${trials.length} trial${trials.length === 1 ? '' : 's'}: ${counts.join(', ')}`;
}

const order: readonly TrialState[] = [
  'completed',
  'running',
  'waiting',
  'interrupted',
  'cancelled',
  'diverged',
  'failed',
  'timed-out',
  'infrastructure',
  'failed gate',
  'blocked',
  'unreadable',
];

function note(trial: TrialStatus): string {
  if (trial.state === 'running') {
    const beat =
      trial.heartbeatAge === null
        ? 'no heartbeat yet'
        : `heartbeat ${formatDuration(trial.heartbeatAge)} ago`;
    return `${trial.holder}, ${beat}`;
  }
  if (trial.state === 'completed' && trial.seconds !== null) return formatDuration(trial.seconds);
  return trial.reason;
}

/** A suite's status for programs, with how many trials are in each state. */
export function withCounts(status: PlanStatus) {
  const { suite, title, scale, trials } = status;
  const counts: Record<string, number> = {};
  for (const { state } of trials) counts[state] = (counts[state] ?? 0) + 1;
  const { steps, doneSteps, secondsLeft } = progressOf(status);
  return { suite, title, scale, counts, progress: { steps, doneSteps, secondsLeft }, trials };
}
