import type { PlannedTrial } from '../../contract/plan-types.ts';

/**
 * `resnet20 teacher seed 0`, `resnet8 kd+lskd seed 2`: what people call a trial; its id is for
 * programs.
 */
export function trialName({ spec }: PlannedTrial): string {
  return `${spec.model} ${spec.role === 'teacher' ? 'teacher' : spec.method} seed ${spec.seed}`;
}
