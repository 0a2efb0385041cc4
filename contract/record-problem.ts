import { type SchemaCheck, schemaProblem } from '../common/schema-problems.ts';
import { acceptance } from './checks/acceptance.generated.ts';
import { bench } from './checks/bench.generated.ts';
import { execution } from './checks/execution.generated.ts';
import { gpuCheck } from './checks/gpu-check.generated.ts';
import { parity } from './checks/parity.generated.ts';

/** The records that commands leave in a workspace beside plans and journals. */
const checks = { parity, bench, execution, acceptance, gpuCheck } as const satisfies Readonly<
  Record<string, SchemaCheck>
>;

/**
 * The first field of a record that does not fit, with what it should be: `environment.cores: must
 * be a number, not "two".` Null where all fit.
 *
 * @param within as in `schemaProblem`
 */
export function recordProblem(
  kind: keyof typeof checks,
  value: unknown,
  within?: string,
): string | null {
  return schemaProblem(checks[kind], value, within);
}
