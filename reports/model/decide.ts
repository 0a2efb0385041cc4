import type { Scale } from '../../contract/spec.ts';
import {
  type ClaimFinding,
  type Evaluation,
  type Gap,
  seedsForP,
} from '../../reference/claims/evaluate.ts';
import type { Claim } from '../../reference/claims/types.ts';
import { verdictKinds } from '../../reference/verdict/words/index.ts';
import { evaluationTime, type Measurements, medianStep } from '../../suites/price.ts';
import type { ClaimModel } from './claim-evidence.ts';
import { type SuiteClaimModel, suiteClaims } from './suite-claims.ts';
import type { CellModel, TableModel, TrialModel } from './table-model.ts';

/** Something open that further seeds would settle, if mean and scatter stay as they are. */
export interface SeedDecision {
  readonly kind: 'cell' | 'claim';
  /**
   * `<suite>@<scale>: <row>, <column>, <metric>`, or the claim's title, after `<suite>@<scale>: `
   * where a suite claims it.
   */
  readonly subject: string;
  readonly scale: Scale;
  /** The verdict or outcome as it is. */
  readonly now: string;
  /** Further seeds, the most that any of its cells needs. */
  readonly seeds: number;
  /** Trainings altogether, teachers that are still missing too. */
  readonly trials: number;
  readonly steps: number;
  /**
   * Training time one trial after the other; null where a step of one of them was not measured on
   * this machine.
   */
  readonly hours: number | null;
}

/** Something open that seeds alone do not settle. */
export interface Stuck {
  readonly kind: 'cell' | 'claim';
  readonly subject: string;
  readonly scale: Scale;
  readonly now: string;
  readonly why: string;
}

export interface Decisions {
  /** Cheapest first: by hours, those without a price after them by steps. */
  readonly decisions: readonly SeedDecision[];
  readonly stuck: readonly Stuck[];
}

/** What a cell needs: so many further seeds. */
interface Need {
  readonly table: TableModel;
  readonly cell: CellModel;
  readonly seeds: number;
}
type Answer = { readonly needs: readonly Need[] } | { readonly why: string };

/**
 * Seeds that a comparison without a usable number is given: the fewest that show their own scatter
 * at all well.
 */
const firstSeeds = 3;

/**
 * Every open cell at paper scale and every open claim, of publications and of the suites
 * themselves, with what would settle it. Pure. A cell that was not run counts as open: its planned
 * seeds give it a first verdict, which may be `inconclusive`.
 *
 * @param measured milliseconds per step on this machine (`measuredSteps`).
 */
export function decide(
  tables: readonly TableModel[],
  claims: readonly ClaimModel[],
  measured: Measurements,
): Decisions {
  const decisions: SeedDecision[] = [];
  const stuck: Stuck[] = [];
  const add = (
    about: Pick<SeedDecision, 'kind' | 'subject' | 'scale' | 'now'>,
    answer: Answer | null,
  ) => {
    if (answer === null) return;
    if ('why' in answer) stuck.push({ ...about, why: answer.why });
    else decisions.push({ ...about, ...price(answer.needs, measured) });
  };
  for (const table of tables) {
    for (const cell of table.cells) {
      // No verdict is to be had; such cells matter through the claims.
      if (cell.notComparable !== null) continue;
      const { suite, scale } = table.plan;
      const { row, column, metric } = cell.row;
      const subject = `${suite}@${scale}: ${row}, ${column}, ${metric}`;
      add({ kind: 'cell', subject, scale, now: cell.verdict.word }, cellAnswer(table, cell));
    }
  }
  for (const table of tables) {
    const { suite, scale } = table.plan;
    // A smoke run settles nothing.
    if (scale === 'smoke') continue;
    for (const own of suiteClaims(table)) {
      const subject = `${suite}@${scale}: ${own.claim.title}`;
      const now = own.evaluation.outcome;
      add({ kind: 'claim', subject, scale, now }, suiteClaimAnswer(table, own));
    }
  }
  for (const { claim, paper, proxy } of claims) {
    for (const [scale, evaluation] of [
      ['paper', paper],
      ['proxy', proxy],
    ] as const) {
      const now = evaluation.outcome;
      const answer = claimAnswer(
        claim,
        evaluation,
        tables.filter(({ plan }) => plan.scale === scale),
      );
      add({ kind: 'claim', subject: claim.title, scale, now }, answer);
    }
  }
  return { decisions: decisions.sort(cheapestFirst), stuck };
}

/** Whether training it may still give a number: one that finished without a value never will. */
const isOpenTrial = ({ counted, valueless }: TrialModel) => !counted && valueless === null;

function cellAnswer(table: TableModel, cell: CellModel): Answer | null {
  const { verdict, row, trials } = cell;
  switch (verdictKinds[verdict.word].open) {
    case 'seeds':
      return verdict.moreSeeds === null
        ? { why: verdict.reason }
        : { needs: [{ table, cell, seeds: verdict.moreSeeds }] };
    case 'trials': {
      const open = trials.filter(isOpenTrial).length;
      if (row.notRun !== null || open === 0) return { why: row.notRun ?? verdict.reason };
      return { needs: [{ table, cell, seeds: open }] };
    }
    case 'nothing':
      return { why: verdict.reason };
    case null:
      return null;
  }
}

/**
 * A claim of a suite, by rows of its own table; null where it is settled. Its planned seeds come
 * first: where some have not counted yet, nobody knows how many more it takes.
 */
function suiteClaimAnswer(
  table: TableModel,
  { claim: { row, over, metric, columns }, evaluation }: SuiteClaimModel,
): Answer | null {
  if (!isOpen(evaluation)) return null;
  const cells = table.cells.filter(
    (cell) =>
      [row, over].includes(cell.row.row) &&
      cell.row.metric === metric &&
      columns.includes(cell.column.id),
  );
  for (const { row: cell, verdict } of cells) {
    if (cell.notRun !== null) return { why: `${cell.row} cannot be run: ${cell.notRun}` };
    if (verdictKinds[verdict.word].open === 'nothing') return { why: verdict.reason };
  }
  const below = cells.flatMap(({ trials }) => trials).find((trial) => untaught(table, trial));
  if (below !== undefined)
    return { why: `its teacher ${below.spec.teacher?.model} is below its gate` };
  const needs = cells
    .map((cell) => ({ table, cell, seeds: cell.trials.filter(isOpenTrial).length }))
    .filter(({ seeds }) => seeds > 0);
  if (needs.length > 0) return { needs };
  const further = furtherSeeds(evaluation, [table]);
  return 'why' in further || further.needs.length > 0 ? further : { why: evaluation.sentence };
}

/** Whether a trial is not trained because its teacher failed its gate. */
function untaught(table: TableModel, { spec, counted }: TrialModel): boolean {
  const { teacher } = spec;
  if (counted || teacher?.kind !== 'trial') return false;
  const model = table.trials.find(({ trial }) => trial === teacher.trial);
  const { gate = null, last = null } = model ?? {};
  return gate !== null && last !== null && last.value < gate;
}

const isOpen = ({ outcome }: Evaluation): boolean =>
  outcome === 'undecided' || outcome === 'not enough data';

/** What the comparisons that were measured need beyond what they have. */
function furtherSeeds({ findings, needsP }: Evaluation, tables: readonly TableModel[]): Answer {
  const needs: Need[] = [];
  for (const finding of findings) {
    const seeds = seedsOf(finding, needsP);
    if (seeds === 0) continue;
    if (seeds === null) {
      return {
        why: `${finding.a.name} and ${finding.b.name} differ so little (${finding.place}) that 1000 seeds would not tell them apart`,
      };
    }
    needs.push(...bothCells(finding, tables, seeds));
  }
  return { needs };
}

/** A claim of a publication, by methods; null where it is settled. */
function claimAnswer(
  claim: Claim,
  evaluation: Evaluation,
  tables: readonly TableModel[],
): Answer | null {
  const { sentence, findings, missing } = evaluation;
  if (!isOpen(evaluation)) return null;
  const further = furtherSeeds(evaluation, tables);
  if ('why' in further) return further;
  const needs = [...further.needs];
  // A comparison with one seed is among the findings already.
  const gaps = missing.filter(
    (gap) => !findings.some((finding) => sameComparison(finding, gap, tables)),
  );
  for (const gap of gaps) {
    if (gap.undefined !== null) return { why: `${gap.a} cannot be run: ${gap.undefined}` };
    const found = planned(claim, gap, tables);
    if (found === null) {
      const place = gap.column === null ? '' : ` for ${gap.column}`;
      return { why: `no stored plan at this scale can run ${gap.a} against ${gap.b}${place}` };
    }
    needs.push(...found);
  }
  return needs.length === 0 ? { why: sentence } : { needs };
}

/**
 * Further seeds of one comparison: 0 where it is settled, null where no number of seeds would do.
 */
function seedsOf(
  { says, n, moreSeeds, beyond, tests }: ClaimFinding,
  needsP?: number,
): number | null {
  if (says === 'open') return moreSeeds;
  if (says === 'nothing') return Math.max(0, firstSeeds - (n ?? 0));
  if (needsP === undefined || beyond === null || tests === null || n === null) return 0;
  return Math.min(tests.for, tests.against) < needsP
    ? 0
    : seedsForP(beyond.mean, beyond.sd, n, needsP);
}

function cellsOf(tables: readonly TableModel[]): readonly Omit<Need, 'seeds'>[] {
  return tables.flatMap((table) => table.cells.map((cell) => ({ table, cell })));
}

const cellKey = ({ table, cell }: Omit<Need, 'seeds'>) =>
  `${table.plan.suite}@${table.plan.scale}/${cell.row.cell}`;

function bothCells(
  { a, b }: ClaimFinding,
  tables: readonly TableModel[],
  seeds: number,
): readonly Need[] {
  return cellsOf(tables)
    .filter((place) => [a.cell, b.cell].includes(cellKey(place)))
    .map((place) => ({ ...place, seeds }));
}

function sameComparison(finding: ClaimFinding, gap: Gap, tables: readonly TableModel[]): boolean {
  const methodOf = (key: string | null) =>
    cellsOf(tables).find((place) => cellKey(place) === key)?.cell.row.method;
  return (
    methodOf(finding.a.cell) === gap.a &&
    methodOf(finding.b.cell) === gap.b &&
    (gap.column === null || gap.column === finding.column)
  );
}

/**
 * The pair of cells in one table that would fill a gap with the fewest steps; null where no stored
 * plan has one.
 */
function planned(claim: Claim, gap: Gap, tables: readonly TableModel[]): readonly Need[] | null {
  const pairs = tables.flatMap((table) => {
    const usable = table.cells.filter(
      (cell) =>
        cell.trials.length > 0 &&
        cell.trials[0]?.spec.role === 'student' &&
        (claim.kind === 'cost' || cell.row.metric.toLowerCase() === claim.metric.toLowerCase()) &&
        (gap.column === null || cell.row.column === gap.column),
    );
    return usable
      .filter((cell) => cell.row.method === gap.a)
      .flatMap((a) =>
        usable
          .filter(
            (b) =>
              b.row.method === gap.b &&
              b.row.column === a.row.column &&
              b.row.metric === a.row.metric,
          )
          .map((b) =>
            [a, b].map((cell) => ({
              table,
              cell,
              seeds: Math.max(0, firstSeeds - (cell.last?.n ?? 0)),
            })),
          ),
      );
  });
  const steps = (needs: readonly Need[]) =>
    needs.reduce((sum, { cell, seeds }) => sum + seeds * (cell.trials[0]?.steps ?? 0), 0);
  return pairs.toSorted((one, other) => steps(one) - steps(other))[0] ?? null;
}

/**
 * What the needs come to together: a trial or teacher that several of them want is trained once.
 */
function price(
  needs: readonly Need[],
  measured: Measurements,
): Pick<SeedDecision, 'seeds' | 'trials' | 'steps' | 'hours'> {
  const wanted = new Map<string, TrialModel>();
  for (const { table, cell, seeds } of needs) {
    const open = cell.trials.filter(isOpenTrial);
    const first = cell.trials[0] as TrialModel;
    for (let seed = 0; seed < seeds; seed += 1) {
      const trial = open[seed];
      if (trial !== undefined) wanted.set(trial.trial, trial);
      // Beyond the plan: a seed more costs what the others do.
      else wanted.set(`${first.trial} and ${seed - open.length + 1} more`, first);
    }
    const teacher = first.spec.teacher;
    if (seeds === 0 || teacher?.kind !== 'trial') continue;
    const model = table.trials.find(({ trial }) => trial === teacher.trial);
    if (model !== undefined && model.run?.state !== 'completed') wanted.set(model.trial, model);
  }
  const trials = [...wanted.values()];
  const hours = trials.map(({ spec, steps }) => {
    const ms = medianStep(spec, measured);
    return ms === null ? null : (ms * steps + evaluationTime(spec, measured)) / 3.6e6;
  });
  return {
    seeds: Math.max(0, ...needs.map(({ seeds }) => seeds)),
    trials: trials.length,
    steps: trials.reduce((sum, { steps }) => sum + steps, 0),
    hours: hours.includes(null) ? null : (hours as number[]).reduce((sum, value) => sum + value, 0),
  };
}

function cheapestFirst(a: SeedDecision, b: SeedDecision): number {
  const hours = (a.hours ?? Infinity) - (b.hours ?? Infinity);
  if (hours !== 0 && !Number.isNaN(hours)) return hours;
  if (a.steps !== b.steps) return a.steps - b.steps;
  return a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;
}
