import { lookUp } from '../../common/look-up.ts';
import type { Hyper } from '../../contract/spec.ts';
import type { IdleRule, IdleRules } from './idle.ts';
import type { Options, ValuesOf } from './option-types.ts';
import { spelledValues, valuesOf } from './option-values.ts';

/** Where a method was published and what its file was checked against. */
export interface Reference {
  /** Authors, title, venue and arXiv id. */
  readonly paper: string;
  readonly equations: string;
  /** Repository@commit and file. */
  readonly official: string;
}

/**
 * What a loss does with the pictures of a batch: it is the mean of each one's own (`apart`), it
 * compares them with each other (`compared`), or it also keeps something of each for later steps
 * (`remembered`).
 */
export type PictureUse = 'apart' | 'compared' | 'remembered';

/**
 * What all methods and plug-ins have, of every task.
 *
 * @typeParam Place what official defaults depend on: the plug-ins on a method of classification,
 *   the networks of a method of detection and segmentation
 */
export interface DistillationKind<Place> {
  /** Its name in method ids, suites and commands. */
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  /** Every hyper-parameter, in the order of help texts and specs. */
  readonly options: Options;
  /**
   * Whether its loss needs one true class per picture, and no official code says what it is of
   * mixed labels.
   */
  readonly oneLabel: boolean;
  /** What its loss does with the pictures of a batch. */
  readonly pictures: PictureUse;
  /** Official defaults that are others in this place, as specs spell them. */
  defaultsWith(place: Place): Hyper;
  /** Why an option has no effect beside these resolved values; null where it has one. */
  idle(option: string, hyper: Hyper, place: Place): string | null;
}

/** What the author of a method or plug-in writes of the same, with the types of its options. */
export interface KindDefinition<Given extends Options, Place> {
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  readonly options: Given;
  /** Whether its loss has no meaning with labels that were mixed. Absent: it has one. */
  readonly oneLabel?: boolean;
  /** What its loss does with the pictures of a batch. Absent: `apart`. */
  readonly pictures?: PictureUse;
  /** Which settings leave which options without effect. Absent: each always has one. */
  readonly idle?: IdleRules<ValuesOf<NoInfer<Given>>, Place>;
  /**
   * Defaults that are others in this place, as the official scripts set them. Absent: they never
   * are.
   */
  defaultsWith?(place: Place): Partial<ValuesOf<NoInfer<Given>>>;
}

/** The part of a definition that all kinds share. */
export function kindOf<Given extends Options, Place>(
  definition: KindDefinition<Given, Place>,
): DistillationKind<Place> {
  const { id, title, reference, options, oneLabel = false, pictures = 'apart' } = definition;
  const rules: Readonly<Record<string, IdleRule<ValuesOf<Given>, Place> | undefined>> =
    definition.idle ?? {};
  return {
    id,
    title,
    reference,
    options,
    oneLabel,
    pictures,
    defaultsWith: (place) => spelledValues(definition.defaultsWith?.(place) ?? {}),
    idle: (option, hyper, place) =>
      lookUp(rules, option)?.(valuesOf(options, hyper), place) ?? null,
  };
}
