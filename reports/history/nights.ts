import type { ExecutionRow, HistoryRow } from '../../results/history-queries.ts';

const dayMs = 86_400_000;

/**
 * The rows of a history in which a night counts once, however often it was called: a call of
 * `nightly` that was stopped, and the one that went on with it; two calls on one day, which have
 * the same seeds. Of a trial that was measured twice in a night the later number counts. The night
 * has the name and time of its last call.
 */
export function joinNights(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  const names = nightNames(rows);
  const joined = rows.map((row) => {
    const last = names.get(nameOf(row));
    return last === undefined
      ? row
      : { ...row, execution: last.execution, executedAt: last.executedAt };
  });
  const kept = new Map<string, HistoryRow>();
  const order: HistoryRow[] = [];
  for (const [index, row] of joined.entries()) {
    const original = rows[index] as HistoryRow;
    if (!names.has(nameOf(original))) {
      order.push(row);
      continue;
    }
    const key = JSON.stringify([
      row.suite,
      row.scale,
      row.cell,
      row.metric,
      row.execution,
      row.trial,
    ]);
    const known = kept.get(key);
    if (known === undefined || row.value !== null || known.value === null) kept.set(key, row);
  }
  const seen = new Set(kept.values());
  return joined.filter((row) => seen.has(row) || order.includes(row));
}

/** The last call of every night that was called more than once, by the names of its calls. */
function nightNames(rows: readonly HistoryRow[]): ReadonlyMap<string, HistoryRow> {
  const calls = new Map<string, { row: HistoryRow; stopped: boolean; trials: Set<string> }>();
  for (const row of rows) {
    if (row.kind !== 'nightly') continue;
    const call = calls.get(nameOf(row)) ?? { row, stopped: false, trials: new Set<string>() };
    call.stopped ||= row.state === 'cancelled';
    call.trials.add(row.trial);
    calls.set(nameOf(row), call);
  }
  const ordered = [...calls.values()].toSorted((one, other) =>
    key(one.row) < key(other.row) ? -1 : Number(key(one.row) > key(other.row)),
  );
  const names = new Map<string, HistoryRow>();
  for (const [index, call] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || place(before.row) !== place(call.row)) continue;
    const sameDay = before.row.executedAt.slice(0, 10) === call.row.executedAt.slice(0, 10);
    const wentOn = before.stopped && elapsed(before.row, call.row) < dayMs;
    const shared = [...call.trials].some((trial) => before.trials.has(trial));
    if (!shared || !(sameDay || wentOn)) continue;
    const earlier = ordered.slice(0, index).filter(({ row }) => {
      const name = nameOf(row);
      return name === nameOf(before.row) || names.get(name) === before.row;
    });
    for (const { row } of earlier) names.set(nameOf(row), call.row);
    names.set(nameOf(call.row), call.row);
  }
  return names;
}

/** The executions with those left out that a later call of the same night stands for. */
export function lastCalls(
  executions: readonly ExecutionRow[],
  rows: readonly HistoryRow[],
): readonly ExecutionRow[] {
  const names = nightNames(rows);
  return executions.filter(
    (execution) =>
      (names.get(nameOf(execution))?.execution ?? execution.execution) === execution.execution,
  );
}

type Call = Pick<HistoryRow, 'suite' | 'scale' | 'execution'>;

const place = ({ suite, scale }: Call) => `${suite}@${scale}`;
const nameOf = (row: Call) => `${place(row)}\n${row.execution}`;
const key = (row: HistoryRow) => `${place(row)}\n${row.executedAt}\n${row.execution}`;
const elapsed = (one: HistoryRow, other: HistoryRow) =>
  Date.parse(other.executedAt) - Date.parse(one.executedAt);
