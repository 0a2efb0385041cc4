import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { lookUp } from '../../common/look-up.ts';
import type { Hyper } from '../../contract/spec.ts';
import type { ParamSpec } from '../networks/types.ts';
import { type KindDefinition, kindOf } from './kind.ts';
import { refuseShape } from './loss-shape.ts';
import type { NumberOption, Options, ValuesOf } from './option-types.ts';
import { valuesOf } from './option-values.ts';
import type {
  BuiltMethod,
  LogitMethod,
  LogitPlugin,
  LogitRows,
  Method,
  MethodSetting,
  NetworkMethod,
  PluginIds,
  PluginPlace,
  PluginStep,
  WeightedRows,
} from './types.ts';

/*
 * How methods and plug-ins of classification are written. Their functions get hyper-parameters as
 * values with the types of their declarations; the rest of the product sees what is the same for
 * all of them (types.ts).
 */

/** Training without a teacher. It has no hyper-parameters. */
interface PlainDefinition extends Omit<KindDefinition<Options, PluginIds>, 'options' | 'idle'> {
  readonly kind: 'plain';
}

/** The options that every logit method must have, and one that it may have. */
type LogitOptions = {
  readonly ceWeight: NumberOption;
  readonly kdWeight: NumberOption;
  readonly temperature?: NumberOption;
};

export interface LogitDefinition<Given extends Options> extends KindDefinition<Given, PluginIds> {
  readonly kind: 'logits';
  readonly options: Given & LogitOptions;
  /**
   * Numbers that change from epoch to epoch (counted from 1). One called `warmup` multiplies the
   * distillation loss. Absent: none.
   */
  scalars?(values: ValuesOf<Given>, epoch: number): Readonly<Record<string, number>>;
  /** Unreduced loss per row, [R], T^2 factors included, distillation weight not. */
  rowLoss(rows: LogitRows, values: ValuesOf<Given>): Tensor1D;
}

/**
 * The options that every method of whole networks must have, and those of the KL term that it may
 * have beside its own: KD's loss with the weight `klWeight`, at the temperature `temperature`.
 */
type NetworkOptions = {
  readonly ceWeight: NumberOption;
  readonly klWeight?: NumberOption;
  readonly temperature?: NumberOption;
};

export interface NetworkDefinition<Given extends Options> extends KindDefinition<Given, PluginIds> {
  readonly kind: 'network';
  readonly options: Given & NetworkOptions;
  /** Whether it learns from a second, strongly augmented view of every picture. Absent: no. */
  readonly strongView?: boolean;
  /** Whether it compares maps, which networks of tokens have none of. Absent: no. */
  readonly comparesMaps?: boolean;
  /**
   * Whether all that it reads of the teacher are its logits, so that they may come from a store of
   * earlier passes; anything else of the teacher is then an error. Absent: it may read anything.
   */
  readonly readsLogits?: boolean;
  /** Why a plug-in has nothing to act on in this method; null where it has. */
  refuses(plugin: string): string | null;
  /** Numbers that change from epoch to epoch (counted from 1). Absent: none. */
  scalars?(values: ValuesOf<Given>, epoch: number): Readonly<Record<string, number>>;
  /**
   * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks, with the
   * reason
   */
  build(values: ValuesOf<Given>, setting: MethodSetting): BuiltMethod;
}

/**
 * A method of classification. `kind` says what it compares: `logits` row by row, so that plug-ins
 * can act on it, or a `network` as a whole; `plain` has no teacher.
 *
 * @example
 * ```ts
 * export const own = defineMethod({
 *   kind: 'logits',
 *   id: 'own',
 *   title: 'KD, or its square',
 *   reference: { paper: 'None', equations: 'None', official: 'None' },
 *   options: {
 *     ceWeight: option.weight(0.1, 'Weight of the cross-entropy', 'ours'),
 *     kdWeight: option.weight(0.9, 'Weight of the distillation loss', 'ours'),
 *     temperature: option.temperature(4, 'ours'),
 *     form: option.choice({
 *       default: 'plain',
 *       choices: ['plain', 'squared'],
 *       about: 'Whether the loss of a row is squared',
 *       source: 'ours',
 *     }),
 *   },
 *   idle: { temperature: unless('kdWeight'), form: unless('kdWeight') },
 *   // `form` is 'plain' | 'squared': any other word is a type error.
 *   rowLoss: (rows, { form }) =>
 *     form === 'squared' ? tf.square(kdRows(rows)) : kdRows(rows),
 * });
 * ```
 */
export function defineMethod<Given extends Options>(
  definition: PlainDefinition | LogitDefinition<Given> | NetworkDefinition<Given>,
): Method {
  switch (definition.kind) {
    case 'plain':
      return { ...kindOf({ ...definition, options: {} }), kind: 'plain' };
    case 'logits':
      return logitMethod(definition);
    case 'network':
      return networkMethod(definition);
  }
}

function logitMethod<Given extends Options>(definition: LogitDefinition<Given>): LogitMethod {
  return {
    ...kindOf<Given, PluginIds>(definition),
    kind: 'logits',
    with: (hyper) => {
      const values = valuesOf<Given>(definition.options, hyper);
      const { ceWeight, kdWeight } = valuesOf<LogitOptions>(definition.options, hyper);
      return {
        ceWeight,
        kdWeight,
        temperature: temperatureOf(hyper),
        scalars: (epoch) => definition.scalars?.(values, epoch) ?? {},
        rowLoss: (rows) => {
          const losses = definition.rowLoss(rows, values);
          refuseShape(
            definition.id,
            'rowLoss',
            losses,
            rows.student.shape.slice(0, 1),
            'Give a loss per row and leave the mean to Redistill: sum or average over axis 1 only.',
          );
          return losses;
        },
      };
    },
  };
}

function networkMethod<Given extends Options>(definition: NetworkDefinition<Given>): NetworkMethod {
  const { strongView = false, comparesMaps = false, readsLogits = false } = definition;
  return {
    ...kindOf<Given, PluginIds>(definition),
    kind: 'network',
    strongView,
    comparesMaps,
    readsLogits,
    refuses: (plugin) => definition.refuses(plugin),
    with: (hyper) => {
      const values = valuesOf<Given>(definition.options, hyper);
      const { ceWeight, klWeight = 0 } = valuesOf<NetworkOptions>(definition.options, hyper);
      return {
        ceWeight,
        klWeight,
        temperature: temperatureOf(hyper),
        scalars: (epoch) => definition.scalars?.(values, epoch) ?? {},
        build: (setting) => definition.build(values, setting),
      };
    },
  };
}

/** Null where the method has none, and where a plug-in gives another. */
function temperatureOf(hyper: Hyper): number | null {
  const given = lookUp(hyper, 'temperature');
  return given === undefined ? null : Number(given);
}

/** A plug-in: it transforms what a logit method sees. What it leaves out it does not do. */
export interface PluginDefinition<Given extends Options> extends KindDefinition<Given, PluginIds> {
  /** Hyper-parameters of the method that have no meaning under this plug-in. Absent: none. */
  readonly replaces?: readonly string[];
  /** Why the plug-in cannot work with these settings in this place; null where it can. */
  refusal?(values: ValuesOf<Given>, place: PluginPlace): string | null;
  /** Side lengths of the pyramid of regions it needs logits of; null for none. */
  patches?(values: ValuesOf<Given>): readonly number[] | null;
  /** Trainable parts that it adds. */
  params?(values: ValuesOf<Given>, classes: number): readonly ParamSpec[];
  /** Numbers that change from epoch to epoch (counted from 1). */
  scalars?(values: ValuesOf<Given>, epoch: number): Readonly<Record<string, number>>;
  /** Names of the scalars that it gives to `step.monitor`. */
  readonly monitors?: readonly string[];
  rows(rows: WeightedRows, values: ValuesOf<Given>, step: PluginStep): WeightedRows;
  /** Acts on the reduced, unweighted loss. */
  total?(total: Scalar, values: ValuesOf<Given>, step: PluginStep): Scalar;
}

/** A plug-in on methods that compare logits row by row; see `plugins/lskd.ts`. */
export function definePlugin<Given extends Options>(
  definition: PluginDefinition<Given>,
): LogitPlugin {
  const { options, replaces = [], monitors = [] } = definition;
  return {
    ...kindOf<Given, PluginIds>(definition),
    kind: 'plugin',
    replaces,
    refusal: (hyper, place) => definition.refusal?.(valuesOf(options, hyper), place) ?? null,
    with: (hyper) => {
      const values = valuesOf(options, hyper);
      return {
        patches: definition.patches?.(values) ?? null,
        monitors,
        params: (classes) => definition.params?.(values, classes) ?? [],
        scalars: (epoch) => definition.scalars?.(values, epoch) ?? {},
        rows: (rows, step) => definition.rows(rows, values, step),
        total: (total, step) => definition.total?.(total, values, step) ?? total,
      };
    },
  };
}
