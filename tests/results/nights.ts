import { sha256 } from '../../common/canonical.ts';
import type { Environment } from '../../contract/journal-types.ts';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import { executionName, writeExecution } from '../../results/executions.ts';
import {
  makeEnvironment,
  makeJournal,
  makePlan,
  makeSpec,
  writeJournal,
  writePlan,
} from './builder.ts';

/** What one night of a made-up suite measured: last top-1 by method and seed. */
export interface Night {
  /** Days after 2026-01-02. */
  readonly day: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly seeds?: readonly number[];
  readonly fixedSeeds?: readonly number[];
  readonly commit?: string;
  readonly fingerprint?: string;
  readonly msPerStep?: number;
  readonly hardware?: Environment['hardware'];
  readonly data?: TrialSpec['data'];
  /** Methods whose trials diverge. */
  readonly diverged?: readonly string[];
  /** Another text gives other chains of loss bits. */
  readonly bits?: string;
  /** Seeds whose trials diverge, of the first method. */
  readonly divergedSeeds?: readonly number[];
  readonly recipe?: TrialSpec['recipe'];
  /** The checkout has changes that no commit holds. */
  readonly dirty?: boolean;
  /** Minutes after midnight; default: 60. */
  readonly startMinute?: number;
  /** Ctrl-C ended the execution: its last trial was cancelled. */
  readonly stopped?: boolean;
  /** No file of the execution: the journals alone. */
  readonly unrecorded?: boolean;
}

/** Writes nights of a suite at scale proxy, one attempt each, as `nightly` would have left them. */
export function writeNights(workspace: string, nights: readonly Night[], suite = 'quick'): void {
  nights.forEach((night, index) => {
    const { seeds = [1], fixedSeeds = [], values } = night;
    const methods = Object.keys(values);
    const spec = (method: string, seed: number) =>
      makeSpec({
        method,
        seed,
        ...(night.data === undefined ? {} : { data: night.data }),
        ...(night.recipe === undefined ? {} : { recipe: night.recipe }),
      });
    const startMinute = night.day * 1440 + (night.startMinute ?? 60);
    const startedAt = new Date(Date.UTC(2026, 0, 2, 0, startMinute)).toISOString();
    const plan = makePlan({
      suite,
      rows: methods.map((method) => ({
        name: method.toUpperCase(),
        method,
        specs: seeds.map((seed) => spec(method, seed)),
      })),
    });
    writePlan(workspace, plan);
    const trials = methods.flatMap((method) =>
      seeds.map((seed, place) => {
        const own = spec(method, seed);
        const bad =
          (night.diverged?.includes(method) ?? false) ||
          (method === methods[0] && (night.divergedSeeds?.includes(seed) ?? false));
        const stopped =
          night.stopped === true && method === methods.at(-1) && place === seeds.length - 1;
        const value = values[method]?.[place] as number;
        const lines = makeJournal({
          spec: own,
          accuracies: [value - 2, value - 1, value],
          attempt: index + 1,
          startMinute,
          ...(night.fingerprint === undefined ? {} : { fingerprint: night.fingerprint }),
          environment: makeEnvironment({
            ...(night.commit === undefined ? {} : { commit: night.commit }),
            ...(night.dirty === undefined ? {} : { dirty: night.dirty }),
            ...(night.hardware === undefined ? {} : { hardware: night.hardware }),
          }),
          end: stopped
            ? null
            : bad
              ? { state: 'diverged', reason: 'the loss became NaN' }
              : { state: 'completed', reason: '' },
        }).map((line) =>
          line.type === 'epoch'
            ? {
                ...line,
                msPerStep: night.msPerStep ?? line.msPerStep,
                lossChain: sha256(`${line.lossChain}${line.epoch > 1 ? (night.bits ?? '') : ''}`),
              }
            : line,
        );
        writeJournal(workspace, lines);
        const header = lines[0] as { readonly run: string };
        return {
          trial: trialId(own),
          run: header.run,
          state: stopped
            ? ('cancelled' as const)
            : bad
              ? ('diverged' as const)
              : ('completed' as const),
          reason: bad ? 'the loss became NaN' : '',
        };
      }),
    );
    if (night.unrecorded) return;
    writeExecution(workspace, {
      schemaVersion: 1,
      execution: executionName(startedAt, suite, 'proxy'),
      suite,
      scale: 'proxy',
      kind: 'nightly',
      startedAt,
      fixedSeeds,
      cells: plan.cells.map(({ id, metric, trials: of }) => ({
        cell: id,
        metric,
        margin: 0.5,
        trials: of,
      })),
      trials,
    });
  });
}

/** Nights around a level, with a little noise that is the same every time. */
export function steady(
  count: number,
  level: (day: number) => number,
  more: (day: number) => Partial<Night> = () => ({}),
): readonly Night[] {
  const noise = [0.05, -0.1, 0.08, 0, -0.06, 0.11, -0.02];
  return Array.from({ length: count }, (_, day) => ({
    day,
    values: {
      kd: [level(day) + (noise[day % 7] as number)],
      dkd: [72 + (noise[(day + 3) % 7] as number)],
    },
    ...more(day),
  }));
}
