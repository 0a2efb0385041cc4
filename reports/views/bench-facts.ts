import type { BenchEnvironment } from '../../results/benches.ts';
import { duration, fixed, moment, plural } from '../format.ts';
import { type Fact, hardwareWords, nodeVersion } from './conditions.ts';

/** Where and when a bench or a check measured a machine; `startedAt` is ISO 8601 UTC. */
export function benchFacts(
  run: BenchEnvironment & { readonly startedAt: string; readonly seconds: number },
): readonly Fact[] {
  const { cores, tensorflow, torch, node, os, commit, dirty, startedAt, seconds, load } = run;
  const software = [
    ...(tensorflow === null ? [] : [`TensorFlow ${tensorflow}`]),
    ...(torch === null ? [] : [`PyTorch ${torch}`]),
    `Node ${nodeVersion(node)}`,
    os,
  ];
  const version = `${commit}${dirty ? ', with changes' : ''}`;
  return [
    { name: 'Hardware', value: hardwareWords(run) },
    { name: 'Software', value: software.join(', ') },
    { name: 'Commit', value: commit === null ? 'not from a checkout' : version, code: true },
    { name: 'Measured', value: `${moment(startedAt)}, in ${duration(seconds)}` },
    { name: 'Load at the end', value: `${fixed(load, 1)} processes for ${plural(cores, 'core')}` },
  ];
}
