import type { Unit } from '../contract/cohorts.ts';
import type { PlannedTrial } from '../contract/plan-types.ts';
import type { Recipe, TrialSpec } from '../contract/spec.ts';
import { hoursOf, type Measurements, medianOf, sharedStepKey, shareOfStep } from './price.ts';

/*
 * What keeping the outputs of teachers saves. A training step is the students' part, which always
 * is, and the teacher's forward pass, which a step with kept outputs has as often as pictures are
 * missing.
 */

/** The key of the students' part of a step: of a trial in a cohort its share. */
export function keptStepKey(spec: TrialSpec, students: number): string {
  return `${sharedStepKey(spec, students)}, outputs of the teacher kept`;
}

/** The key of a forward pass of a teacher on one batch of a recipe. */
export function teacherPassKey({ teacher, data, recipe }: TrialSpec): string {
  return ['teacher pass', teacher?.model, data.dataset, recipe.batchSize].join(' ');
}

/** A journalled epoch as far as its time goes. */
export interface TimedEpoch {
  readonly msPerStep: number;
  readonly trainSeconds: number;
  readonly students?: number | undefined;
  readonly teacherOutputs?:
    | { readonly computed: number; readonly passes: number; readonly seconds: number }
    | undefined;
}

/** The measurements of an epoch's steps by their keys, in milliseconds. */
export function timesOfEpoch(
  spec: TrialSpec,
  { msPerStep, trainSeconds, students = 1, teacherOutputs }: TimedEpoch,
): readonly (readonly [key: string, ms: number])[] {
  if (teacherOutputs === undefined) return [[sharedStepKey(spec, students), msPerStep / students]];
  const { passes, seconds } = teacherOutputs;
  const ofStudents = trainSeconds > 0 ? msPerStep * (1 - seconds / trainSeconds) : msPerStep;
  return [
    [keptStepKey(spec, students), ofStudents / students],
    ...(passes > 0 ? [[teacherPassKey(spec), (1000 * seconds) / passes] as const] : []),
  ];
}

/**
 * Expected share of pictures whose outputs are missing in a pass over them, where views are drawn
 * evenly: no earlier pass has drawn the same view of the picture.
 *
 * @param views of each picture
 * @param earlier passes that the store has seen
 * @param room share of the pictures that the store has room for
 */
export function missRate(views: number, earlier: number, room = 1): number {
  return 1 - room * (1 - (1 - 1 / views) ** earlier);
}

/** How the trials of a process fare with kept outputs. */
export interface KeptUnit {
  readonly trials: readonly string[];
  readonly teacher: string;
  readonly students: number;
  /** Expected share of missing pictures in the first pass, in the last, and over all. */
  readonly misses: { readonly first: number; readonly last: number; readonly mean: number };
  /** Milliseconds of a step of the whole process; null where something of it was not measured. */
  readonly msComputed: number | null;
  readonly msKept: number | null;
  /** Of one forward pass of the teacher; null where it was not measured. */
  readonly msTeacher: number | null;
  /** Hours of training, without and with kept outputs. */
  readonly hoursComputed: number | null;
  readonly hoursKept: number | null;
  /** Milliseconds of a step that each trial bears with kept outputs; null where `msKept` is. */
  readonly shares: readonly number[] | null;
  /** Whether outputs are kept. Where nothing was measured, they are as soon as some come again. */
  readonly pays: boolean;
}

/** What decides whether outputs of a trial's teacher can be kept, and what that takes. */
export interface KeepRule {
  /** Why not, in words; null where they can. */
  refusal(spec: TrialSpec): string | null;
  /** In which the recipe shows a picture. */
  views(recipe: Recipe): number;
  /** Bytes of all entries of a trial's teacher. */
  bytes(spec: TrialSpec): number;
}

/** Which outputs are kept, what that saves, and what room it takes. */
export interface KeptPlan {
  readonly units: readonly KeptUnit[];
  /** Units with a teacher whose outputs are not kept, with the reason and their number. */
  readonly refused: readonly { readonly reason: string; readonly units: number }[];
  /** Of all teachers whose outputs pay. */
  readonly bytes: number;
  /** Room that is asked for; null: none is, and this is what it would come to. */
  readonly limitBytes: number | null;
}

/** Outputs that come again less often than this are not worth their writing. */
const leastHits = 0.02;

/**
 * Which units of a plan would keep the outputs of their teachers: those that cost less with them by
 * what was measured.
 *
 * @param limitBytes room for all stores; null: as much as they take
 */
export function planKept(
  units: readonly Unit[],
  measured: Measurements,
  rule: KeepRule,
  limitBytes: number | null,
): KeptPlan {
  const passesOf = new Map<string, number>();
  const bytesOf = new Map<string, number>();
  const kept: KeptUnit[] = [];
  const refused = new Map<string, number>();
  for (const unit of units) {
    const [first] = unit as readonly [PlannedTrial];
    if (first.spec.role !== 'student' || first.spec.teacher === null) continue;
    const reason = unit.map(({ spec }) => rule.refusal(spec)).find((each) => each !== null) ?? null;
    if (reason !== null) {
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
      continue;
    }
    const store = storeKey(first.spec);
    const bytes = rule.bytes(first.spec);
    const taken = [...bytesOf].reduce((sum, [key, of]) => (key === store ? sum : sum + of), 0);
    const free = limitBytes === null ? bytes : Math.max(0, limitBytes - taken);
    const room = bytes === 0 ? 0 : Math.min(1, free / bytes);
    const earlier = passesOf.get(store) ?? 0;
    const one = keptUnit(unit, measured, { views: rule.views(first.spec.recipe), earlier, room });
    kept.push(one);
    if (!one.pays) continue;
    passesOf.set(store, earlier + first.spec.recipe.epochs);
    bytesOf.set(store, room * bytes);
  }
  return {
    units: kept,
    refused: [...refused].map(([reason, count]) => ({ reason, units: count })),
    bytes: [...bytesOf.values()].reduce((sum, of) => sum + of, 0),
    limitBytes,
  };
}

/** Equal for trials whose teacher's outputs lie in one store. */
function storeKey({ teacher, data, recipe }: TrialSpec): string {
  const { batchSize, augmentation, trainPictures, normalisation } = recipe;
  const { crop, flip } = augmentation;
  return JSON.stringify([teacher, data, batchSize, crop, flip, trainPictures, normalisation]);
}

function keptUnit(
  unit: Unit,
  measured: Measurements,
  { views, earlier, room }: { views: number; earlier: number; room: number },
): KeptUnit {
  const [{ spec, steps }] = unit as readonly [PlannedTrial];
  const { epochs } = spec.recipe;
  const rates = Array.from({ length: epochs }, (_, pass) => missRate(views, earlier + pass, room));
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, epochs);
  const msTeacher = medianOf(measured, teacherPassKey(spec));
  const msComputed = sumOf(unit, (each) => shareOfStep(each, unit.length, measured));
  const parts = unit.map((each) => studentsPart(each.spec, unit.length, measured));
  const shares =
    msTeacher === null || parts.includes(null)
      ? null
      : (parts as number[]).map((part) => part + (mean * msTeacher) / unit.length);
  const msKept = shares === null ? null : shares.reduce((sum, share) => sum + share, 0);
  const known = msComputed !== null && msKept !== null;
  return {
    trials: unit.map(({ id }) => id),
    teacher: spec.teacher?.model ?? '',
    students: unit.length,
    misses: { first: rates[0] ?? 1, last: rates.at(-1) ?? 1, mean },
    msComputed,
    msKept,
    msTeacher,
    shares,
    hoursComputed: msComputed === null ? null : hoursOf(msComputed, steps),
    hoursKept: msKept === null ? null : hoursOf(msKept, steps),
    pays: 1 - mean >= leastHits && (!known || msKept < msComputed),
  };
}

/**
 * The students' part of a step of one trial among so many: measured, or the whole step without a
 * teacher's pass.
 */
function studentsPart(spec: TrialSpec, students: number, measured: Measurements): number | null {
  const kept = medianOf(measured, keptStepKey(spec, students), keptStepKey(spec, 1));
  if (kept !== null) return kept;
  const pass = medianOf(measured, teacherPassKey(spec));
  if (pass === null) return null;
  for (const count of [students, 1]) {
    const step = medianOf(measured, sharedStepKey(spec, count));
    if (step !== null) return Math.max(0, step - pass / count);
  }
  return null;
}

/** Null where one of them is. */
function sumOf(unit: Unit, of: (spec: TrialSpec) => number | null): number | null {
  const parts = unit.map(({ spec }) => of(spec));
  return parts.includes(null) ? null : (parts as number[]).reduce((sum, part) => sum + part, 0);
}
