import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { BenchEnvironment } from '../results/benches.ts';
import { checkoutVersion } from '../runners/training/machine.ts';

/** Where something was measured: this machine, its software, and how busy it is now. */
export function benchEnvironment(
  measured: Pick<BenchEnvironment, 'gpu' | 'tensorflow' | 'torch'>,
): BenchEnvironment {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    node: process.version,
    load: Number((loadavg()[0] as number).toFixed(1)),
    ...measured,
    ...checkoutVersion(),
  };
}
