import { hashJson, type Json } from '../common/canonical.ts';
import type { Recipe, TrialSpec } from './spec.ts';

/**
 * Fields of a recipe that act on one student only. All others decide the batches, or when students
 * are evaluated.
 */
const ownFields = [
  'name',
  'optimizer',
  'schedule',
  'labelSmoothing',
  'labelLoss',
  'dropPath',
  'clipNorm',
  'frozenStages',
  'normEval',
  'initStudent',
  'pretrained',
] as const satisfies readonly (keyof Recipe)[];

/**
 * Equal for trials that can share a teacher's forward pass: same teacher, same pictures in the same
 * order with the same augmentation, evaluated at the same steps. Null for trials that learn from
 * nobody and for those of code that is not ours: together they would save nothing.
 */
export function cohortKey(spec: TrialSpec): string | null {
  const { task, role, teacher, data, recipe, seed, external } = spec;
  if (role !== 'student' || teacher === null || external !== undefined) return null;
  const stream: Record<string, unknown> = { ...recipe };
  for (const field of ownFields) delete stream[field];
  return hashJson({ task, teacher, data, seed, stream } as unknown as Json);
}
