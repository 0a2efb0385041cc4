import type { Scope } from './plan-context.ts';
import type { Column, Row } from './resolve.ts';

/**
 * Why the trainings of a row and column lack a metric that their task has, such as masks of a
 * detector of boxes; null where they have it, as far as is known.
 */
export function lacksMetric(
  { context, data }: Scope,
  { row: { row }, column }: { readonly row: Row; readonly column: Column },
  metric: string,
): string | null {
  const network = row.role === 'teacher' ? column.teacher : column.student;
  if (context.metrics === null || network === null) return null;
  return context.metrics.lacks(metric, network, data);
}
