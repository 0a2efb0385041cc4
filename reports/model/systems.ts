import type { Outcome } from '../../reference/claims/evaluate.ts';
import type { VerdictWord } from '../../reference/verdict/verdict.ts';
import type { ParityCaseRow, ParityRunRow } from '../../results/parity.ts';
import type { ClaimModel } from './claim-evidence.ts';
import type { CellModel, TableModel } from './table-model.ts';

/** One of the seven systems whose tables Redistill reproduces. */
export interface System {
  /** As a part of method ids and in the names of golden files. */
  readonly id: string;
  readonly name: string;
  readonly paper: string;
}

/** In the order of their publication. */
export const systems: readonly System[] = [
  { id: 'cwd', name: 'CWD', paper: 'Channel-wise Knowledge Distillation for Dense Prediction, ICCV 2021' },
  { id: 'fgd', name: 'FGD', paper: 'Focal and Global Knowledge Distillation for Detectors, CVPR 2022' },
  { id: 'mgd', name: 'MGD', paper: 'Masked Generative Distillation, ECCV 2022' },
  { id: 'ctkd', name: 'CTKD', paper: 'Curriculum Temperature for Knowledge Distillation, AAAI 2023' },
  { id: 'ofa', name: 'OFA-KD', paper: 'One-for-All: Bridge the Gap Between Heterogeneous Architectures, NeurIPS 2023' },
  { id: 'lskd', name: 'LSKD', paper: 'Logit Standardization in Knowledge Distillation, CVPR 2024' },
  { id: 'sdd', name: 'SDD', paper: 'Scale Decoupled Distillation, CVPR 2024' },
]; // biome-ignore format: a table

/** What is known of a system. Nothing in it is filled in without a measurement. */
export interface Score {
  readonly system: System;
  /** Cases of the newest `verify` in which the system's name occurs; null where none is stored. */
  readonly parity: {
    readonly passed: number;
    readonly cases: number;
    /** Whether only a sample of the official numbers was compared. */
    readonly sample: boolean;
  } | null;
  /** Claims that speak of the system, by what proxy measurements say of them. */
  readonly claims: ReadonlyMap<Outcome, readonly ClaimModel[]>;
  /** The same claims by what the printed numbers say of them. */
  readonly printed: ReadonlyMap<Outcome, readonly ClaimModel[]>;
  /** Verdicts of the cells of its methods at paper scale. */
  readonly paper: readonly VerdictWord[];
  /** Cells of its methods that were measured by proxy, and all that a stored plan has. */
  readonly proxy: { readonly measured: number; readonly cells: number };
}

/** Pure. @param parity newest results; the first of them counts. */
export function scorecard(
  tables: readonly TableModel[],
  claims: readonly ClaimModel[],
  parity: readonly ParityRunRow[],
): readonly Score[] {
  const cells = (scale: string, id: string): readonly CellModel[] =>
    tables
      .filter(({ plan }) => plan.scale === scale)
      .flatMap((table) => table.cells.filter(({ row }) => uses(row.method, id)));
  return systems.map((system) => {
    const own = claims.filter(({ claim }) =>
      claim.comparisons.some(({ a, b }) => uses(a, system.id) || uses(b, system.id)),
    );
    const proxy = cells('proxy', system.id);
    return {
      system,
      parity: parityOf(parity[0], system.id),
      claims: Map.groupBy(own, (claim) => claim.proxy.outcome),
      printed: Map.groupBy(own, (claim) => claim.published.outcome),
      paper: cells('paper', system.id).map(({ verdict }) => verdict.word),
      proxy: { measured: proxy.filter(({ last }) => last !== null).length, cells: proxy.length },
    };
  });
}

function uses(method: string, id: string): boolean {
  return method.split('+').includes(id);
}

function parityOf(run: ParityRunRow | undefined, id: string): Score['parity'] {
  const own = run?.cases.filter((one) => !one.skipped && speaksOf(one, id)) ?? [];
  if (own.length === 0) return null;
  const sample = run !== undefined && run.sample !== null;
  return { passed: own.filter(({ ok }) => ok).length, cases: own.length, sample };
}

/** Whether a case is about a system: its id is a word of the file's or the case's name. */
export function speaksOf({ file, name }: ParityCaseRow, id: string): boolean {
  return `${file} ${name}`
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .includes(id);
}
