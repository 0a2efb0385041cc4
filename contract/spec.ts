import { hashJson, type Json } from '../common/canonical.ts';
import type { TypeOf } from './schema/define.ts';
import type * as parts from './schema/recipe-parts.ts';
import type * as schema from './schema/spec.ts';

export { scales } from './scales.ts';

/** Every JSON that Redistill writes carries the version of its schema. */
export const schemaVersion = 1;

export type Scale = TypeOf<typeof schema.scale>;
export type Implementation = TypeOf<typeof schema.implementation>;
export type Task = TypeOf<typeof schema.task>;
/** Hyper-parameters of a method by name, completely resolved: defaults are written out. */
export type Hyper = TypeOf<typeof schema.hyper>;
export type HyperValue = Hyper[string];

/**
 * A training protocol with every default written out. Epochs count from 1 everywhere in Redistill.
 */
export type Recipe = TypeOf<typeof schema.recipe>;
export type InputRecipe = TypeOf<typeof schema.input>;
export type SquareInputRecipe = TypeOf<typeof parts.squareInput>;
export type KeepRatioRecipe = TypeOf<typeof parts.keepRatioInput>;
export type ScaleCropRecipe = TypeOf<typeof parts.scaleCropInput>;
export type StrongViewRecipe = TypeOf<typeof parts.strongView>;
export type PhotometricRecipe = TypeOf<typeof parts.photometric>;
export type MixRecipe = TypeOf<typeof parts.mix>;
export type RandAugmentRecipe = TypeOf<typeof parts.randAugment>;
export type JitterRecipe = TypeOf<typeof parts.jitter>;
export type ErasingRecipe = TypeOf<typeof parts.erasing>;
export type LabelLossRecipe = TypeOf<typeof parts.labelLoss>;
export type SgdRecipe = TypeOf<typeof schema.sgd>;
export type AdamWRecipe = TypeOf<typeof schema.adamW>;
export type ScheduleRecipe = TypeOf<typeof schema.schedule>;
export type WarmupRecipe = TypeOf<typeof schema.warmup>;

/** What a data set was when the trial was planned. */
export type DataIdentity = TypeOf<typeof schema.dataIdentity>;

/** Where a student's teacher comes from: another trial, or an imported checkpoint. */
export type TeacherRef = TypeOf<typeof schema.teacherRef>;

/** Released weights that a backbone starts with, by their content. */
export type BackboneRef = TypeOf<typeof schema.backboneRef>;

/** Training code that is not ours. */
export type ExternalSource = TypeOf<typeof schema.externalSource>;
export type ExternalLog = TypeOf<typeof schema.externalLog>;

/** Everything that determines a trial's numbers, and nothing else. */
export type TrialSpec = TypeOf<typeof schema.trialSpec>;

/**
 * Stands where code that is not ours does not say something, for instance the hash of the data that
 * it read.
 */
export const unrecorded = 'not recorded';

/**
 * The recipe of a teacher that is only measured, because it was imported: no epoch, no step. Its
 * trial has the checkpoint as its teacher, and journals epoch 0. Where the recipe of a trained one
 * has `input`, so has this.
 */
export const evaluationRecipe: Recipe = {
  name: 'evaluation',
  epochs: 0,
  batchSize: 1,
  dropLast: false,
  optimizer: { kind: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 },
  schedule: { kind: 'constant', warmupEpochs: 0 },
  augmentation: { crop: null, flip: false },
  labelSmoothing: 0,
  trainPictures: null,
};

/** 16 hexadecimal digits of the SHA-256 of the canonical spec. */
export type TrialId = string;

export function trialId(spec: TrialSpec): TrialId {
  return hashJson(spec as unknown as Json).slice(0, 16);
}
