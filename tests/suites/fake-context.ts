import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Hyper } from '../../contract/spec.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { taskMetrics } from '../../runners/catalogue/metrics.ts';
import type { DatasetInfo, PlanContext } from '../../suites/plan-context.ts';

const defaults: Readonly<Record<string, Hyper>> = {
  none: {},
  kd: { temperature: 4, kdWeight: 0.9 },
  dkd: { temperature: 4, beta: 8, warmupEpochs: 20 },
};
const plugins = ['sdd', 'lskd'];

export const here: DatasetInfo = {
  identity: { dataset: 'cifar100', hash: 'f'.repeat(64) },
  missing: null,
  trainPictures: 50_000,
};

/**
 * A small world: three methods, two plug-ins, four networks, one data set. Data, not behaviour of
 * the real registries.
 */
export function fakeContext(change: Partial<PlanContext> = {}): PlanContext {
  const names = [...Object.keys(defaults), ...plugins];
  return {
    parseMethod: (name) => {
      const parts = name.toLowerCase().split('+');
      const unknown = parts.find((part) => !names.includes(part));
      if (unknown !== undefined) {
        throw new UsageError(
          'METHOD_UNKNOWN',
          `"${name}" is not a method. ${suggestion(unknown, names)}`,
        );
      }
      return { id: parts.join('+') };
    },
    methodNames: names,
    resolveHyper: (method, overrides) => {
      const known = defaults[method.split('+')[0] as string] as Hyper;
      for (const name of Object.keys(overrides)) {
        if (!(name in known)) {
          throw new UsageError(
            'HYPER_UNKNOWN',
            `${method} has no hyper-parameter "${name}". ${suggestion(name, Object.keys(known))}`,
          );
        }
      }
      return { ...known, ...overrides };
    },
    spelledHyper: (_method, _name, value) => value,
    needsTeacher: (method) => method !== 'none',
    needsStrongView: () => false,
    checkPair: () => {},
    unusedField: () => null,
    metrics: taskMetrics.classification,
    models: ['resnet8', 'resnet20', 'resnet8x4', 'resnet32x4'],
    inputs: [],
    trained: true,
    backbone: () => ({ reference: null, missing: 'there are no weights of backbones' }),
    releasedTeacher: () => null,
    checkpoint: () => null,
    datasets: ['cifar100'],
    dataset: () => here,
    published: loadPublished(),
    ...change,
  };
}
