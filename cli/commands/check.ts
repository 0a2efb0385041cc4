import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { type Scale, schemaVersion } from '../../contract/spec.ts';
import type { Check } from '../../reports/history/check.ts';
import type { HistoryFinding } from '../../reports/history/findings.ts';
import type { Store } from '../../results/store.ts';
import {
  type CommandContext,
  defineCommand,
  type OptionValues,
  sharedOptions,
} from '../command.ts';
import { checkLines } from '../output/check.ts';

const options = {
  baseline: {
    kind: 'text',
    value: 'REF',
    summary:
      'instead of the history: the latest execution against a commit, day, engine or machine (as in "compare")',
  },
  suite: {
    kind: 'text',
    value: 'SUITE',
    summary: 'only this suite, or SUITE@SCALE (default: all)',
  },
  threshold: {
    kind: 'number',
    value: 'N',
    minimum: 0,
    summary: "least change of a metric that is an alarm, in its unit (default: the suite's margin)",
  },
  slowdown: {
    kind: 'number',
    value: 'PERCENT',
    minimum: 1,
    default: 15,
    summary: 'least slowdown of a training step that is an alarm',
  },
  reason: { kind: 'text', value: 'TEXT', summary: 'with accept: why it may be' },
  by: { kind: 'text', value: 'NAME', summary: 'with accept: who says so (default: the user)' },
  workspace: sharedOptions.workspace,
  json: sharedOptions.json,
} as const;

type Values = OptionValues<typeof options>;

export const command = defineCommand({
  name: 'check',
  summary: 'say whether the history in results.duckdb shows a regression',
  description:
    'Every execution of a suite is a point in the series of its cells, apart by machine, data and implementation. Looks for ' +
    'change points of metrics and of step times (E-divisive, with false-discovery control over the cells), for cells that ' +
    'lost their numbers, and for loss bits that differ although numerics and processor are equal. A regression stands until ' +
    'the numbers recover or a human accepts it. Exit code 1 when one stands, 3 when nothing was measured.',
  arguments: [
    {
      name: 'action',
      choices: ['accept'],
      summary: 'record that what happened to a cell may be; needs CELL and --reason',
    },
    { name: 'cell', summary: "the cell's id as check prints it: ROW/PAIR/METRIC" },
  ],
  options,
  examples: [
    { command: 'redistill check', meaning: 'the history of all suites' },
    { command: 'redistill check --baseline main', meaning: 'the latest execution against main' },
    {
      command: 'redistill check accept KD/resnet32x4__resnet8x4/top1 --reason "new default of T"',
      meaning: 'nothing of this cell up to now is an alarm any more',
    },
  ],
  async run(context, [action, cell], values) {
    const workspace = resolve(context.cwd, values.workspace ?? '.');
    if (action === 'accept') return accept(context, workspace, cell, values);
    return inStore(workspace, (store) => check(context, store, values));
  },
});

async function inStore<Result>(
  workspace: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const [{ openStore }, { databaseFile }] = await Promise.all([
    import('../../results/store.ts'),
    import('../../results/workspace.ts'),
  ]);
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** The check of a workspace's database, for commands that end with one. */
export async function lookAt(
  workspace: string,
  values: Pick<Values, 'suite' | 'threshold' | 'slowdown'>,
): Promise<{ readonly check: Check; readonly findings: readonly HistoryFinding[] }> {
  return inStore(workspace, (store) => look(store, values));
}

async function look(store: Store, values: Pick<Values, 'suite' | 'threshold' | 'slowdown'>) {
  const { checkHistory } = await import('../../reports/history/check.ts');
  const { findings } = await import('../../reports/history/findings.ts');
  const check = await checkHistory(store, {
    suite: values.suite,
    threshold: values.threshold,
    slowdown: values.slowdown / 100,
  });
  return { check, findings: findings(check) };
}

async function check(context: CommandContext, store: Store, values: Values): Promise<ExitCode> {
  const looked = await look(store, values);
  const against =
    values.baseline === undefined ? null : await againstBaseline(store, values.baseline, values);
  const found = against === null ? looked.findings : against.findings;
  const exitCode = exitCodeOf(looked.check, found);
  if (values.json) {
    context.json({
      schemaVersion,
      baseline: against === null ? null : { a: against.comparison.a, b: against.comparison.b },
      ...countsOf(looked.check),
      notJudged: against?.unjudged ?? 0,
      findings: found,
      acceptances: looked.check.acceptances,
      exitCode,
    });
    return exitCode;
  }
  for (const line of checkLines(looked.check, found, against)) context.stdout(line);
  return exitCode;
}

async function againstBaseline(store: Store, baseline: string, values: Values) {
  const { history } = await import('../../results/history-queries.ts');
  const { selectSide } = await import('../../reports/history/selector.ts');
  const { compareSides } = await import('../../reports/history/compare.ts');
  const { baselineFindings } = await import('../../reports/history/findings.ts');
  const { resolveCommit } = await import('../../app/history/resolve-commit.ts');
  const rows = (await history(store)).filter(
    ({ suite, scale }) =>
      values.suite === undefined || values.suite === suite || values.suite === `${suite}@${scale}`,
  );
  const comparison = compareSides(
    selectSide(rows, baseline, resolveCommit),
    selectSide(rows, 'latest', resolveCommit),
  );
  return { comparison, ...baselineFindings(comparison, values.threshold) };
}

/** A regression outweighs an empty night: measuring again would not mend it. */
export function exitCodeOf(check: Check, found: readonly HistoryFinding[]): ExitCode {
  if (found.some(({ state }) => state === 'regression')) return exitCodes.failed;
  if (check.metrics.length === 0 || check.empty.length > 0) return exitCodes.infrastructure;
  return exitCodes.fine;
}

export function countsOf({ metrics, steps, executions, empty }: Check) {
  return {
    series: metrics.length,
    points: metrics.reduce((sum, { points }) => sum + points.length, 0),
    stepSeries: steps.length,
    executions: executions.length,
    measuredNothing: empty.map(({ execution }) => execution),
  };
}

async function accept(
  context: CommandContext,
  workspace: string,
  cell: string | undefined,
  values: Values,
): Promise<ExitCode> {
  const reason = values.reason?.trim() ?? '';
  if (cell === undefined || reason === '') {
    throw new UsageError('CHECK_ACCEPT', 'accept needs a cell and --reason "why it may be".', {
      hint: 'redistill check lists the cells.',
    });
  }
  const { findings: found } = await inStore(workspace, (store) => look(store, values));
  const standing = found.filter(({ state }) => state === 'regression');
  const own = standing.filter((finding) => finding.cell === cell);
  const places = [...new Set(own.map(({ suite, scale }) => `${suite}@${scale}`))];
  if (own.length === 0) {
    const known = [...new Set(standing.map((finding) => finding.cell))];
    throw new UsageError('CHECK_ACCEPT', `No regression of "${cell}" stands.`, {
      hint: known.length === 0 ? 'There is nothing to accept.' : suggestion(cell, known),
    });
  }
  if (places.length > 1) {
    throw new UsageError(
      'CHECK_ACCEPT',
      `"${cell}" is a cell of ${places.join(' and ')}: say which with --suite.`,
    );
  }
  const { suite, scale } = own[0] as HistoryFinding;
  const { appendAcceptance } = await import('../../results/acceptances.ts');
  const { ingest } = await import('../../results/ingest.ts');
  const acceptance = {
    schemaVersion,
    time: new Date().toISOString(),
    suite,
    scale: scale as Scale,
    cell,
    author: values.by ?? userInfo().username,
    reason,
  } as const;
  appendAcceptance(workspace, acceptance);
  await ingest({ workspace });
  if (values.json) context.json({ ...acceptance, accepted: own });
  else {
    context.stdout(`Accepted for ${suite}@${scale} ${cell}, by ${acceptance.author}: ${reason}`);
    for (const { signal, sentence } of own) context.stdout(`  ${signal}: ${sentence}`);
    context.stdout('What is measured from now on is judged as ever.');
  }
  return exitCodes.fine;
}
