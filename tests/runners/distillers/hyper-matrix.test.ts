import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import type { Hyper } from '../../../contract/spec.ts';
import {
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { allMethods as methods, allPlugins as plugins } from '../../../runners/distillers/all.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { drawInputs } from '../../../runners/distillers/draws.ts';
import { placedOptions } from '../../../runners/distillers/hyper.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import { plannedHyper } from '../../../runners/distillers/planned-hyper.ts';
import {
  network,
  setting,
  size,
  smallHyper,
  teacher,
  teacherWeights,
} from '../tasks/tiny-networks.ts';
import { tinyRecipe } from '../training/workers.ts';
import { changesOf, firstDifference, isIdle, type Visible } from './changed-hyper.ts';

const noKlTerm: Visible = { beside: { klWeight: 0.5 }, because: 'the KL term is off by default' };
const extreme: Visible = {
  beside: { temperature: 0.001 },
  because: 'the forms differ where a probability underflows',
};
const gradual = (because: string): Visible => ({ from: 2, because });
const curriculum = gradual(
  'lambda is the factor of a gradient: the temperature moves with the first step',
);

/** What another value alone does not show, by method and hyper-parameter. */
const visible: Readonly<Record<string, Readonly<Record<string, Visible>>>> = {
  dkd: { form: extreme },
  pkt: { temperature: noKlTerm },
  sp: { temperature: noKlTerm },
  rkd: {
    temperature: noKlTerm,
    epsilon: { value: 1000, because: 'it is the least squared distance' },
  },
  vid: {
    temperature: noKlTerm,
    epsilon: {
      value: 1,
      from: 2,
      because: 'the variance starts as it is asked for, and is moved by what exceeds epsilon',
    },
    logScale: gradual('a variance that is trained moves with the first step'),
  },
  crd: {
    temperature: noKlTerm,
    nceMomentum: gradual('the memory moves with the first step'),
  },
  reviewkd: {
    maxMidChannels: { value: 16, because: 'the fusion is never wider than the pooled feature' },
  },
  'fitnet-stages': {
    temperature: noKlTerm,
    stages: { value: '[3]', because: 'the network has three stages' },
  },
  'locality-guidance': { blocks: { value: '[1,3]', because: 'the network has three stages' } },
  ofd: { connectorKernel: { value: 3, because: 'kernels of even size have no middle' } },
  ofa: { stages: { value: '[3]', because: 'the network has three stages' }, form: extreme },
  'kd+ctkd': {
    decay: curriculum,
    decayMax: curriculum,
    decayMin: curriculum,
    decayLoops: curriculum,
  },
};

const steps = 2;
/** In the third epoch every warm-up and CTKD's curriculum are under way. */
const epoch = 3;
/**
 * CTKD's temperature moves so little in a step of the others' rate that a float32 loss does not
 * show it.
 */
const rateOf = (method: string) => (method === 'kd+ctkd' ? 1 : 0.05);

const noise = RandomStream.named(1, 'test/hyper-matrix');
const pictures = () => Float32Array.from({ length: size * 32 * 32 * 3 }, () => noise.normal());
const batch = {
  images: pictures(),
  strong: pictures(),
  labels: Int32Array.from([0, 1, 2, 3]),
  indices: Int32Array.from([0, 1, 7, 13]),
};

/** Losses of each step of students that differ in their hyper-parameters alone. */
function losses(method: string, hypers: readonly Hyper[]): readonly (readonly number[])[] {
  const students: ClassificationStudent[] = hypers.map((hyper) => ({
    network,
    distiller: createDistiller(method, hyper, setting),
    recipe: tinyRecipe,
    seed: 3,
  }));
  const program = createClassificationProgram({
    students,
    teacher: { network: teacher, weights: teacherWeights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode: 'eager',
  });
  const streams = hypers.map(() => RandomStream.named(3, 'method'));
  try {
    const reports = Array.from({ length: steps }, () =>
      program.step(batch, {
        learningRates: hypers.map(() => rateOf(method)),
        scalars: students.map(({ distiller }) => distiller.scalars(epoch)),
        draws: students.map(({ distiller }, index) =>
          drawInputs(distiller.draws, streams[index] as RandomStream, batch),
        ),
      }),
    );
    return hypers.map((_, index) => reports.map((report) => report[index]?.total as number));
  } finally {
    program.dispose();
  }
}

for (const id of [...methods.map((method) => method.id), ...plugins.map(({ id }) => `kd+${id}`)]) {
  const parsed = parseMethod(id);
  const { options } = placedOptions(parsed);
  if (Object.keys(options).length === 0) continue;
  test(`${id}: every hyper-parameter changes the loss`, () => {
    const resolve = (overrides: Hyper) => plannedHyper(parsed, { ...smallHyper[id], ...overrides });
    const changes = changesOf(options, resolve, visible[id] ?? {});
    const measured = losses(
      id,
      changes.flatMap(({ before, after }) => [before, after]),
    );
    const found = changes.map(({ name }, index) => [
      name,
      firstDifference(
        measured[2 * index] as readonly number[],
        measured[2 * index + 1] as readonly number[],
      ),
    ]);
    assert.deepEqual(
      Object.fromEntries(found),
      Object.fromEntries(changes.map(({ name, from }) => [name, from])),
    );
  });
}

/** Settings under which hyper-parameters have no effect, which the losses show. */
const idle: readonly { method: string; beside: Hyper; names: readonly string[] }[] = [
  { method: 'kd', beside: { kdWeight: 0 }, names: ['temperature'] },
  {
    method: 'dkd',
    beside: { kdWeight: 0 },
    names: ['alpha', 'beta', 'temperature', 'warmupEpochs', 'form'],
  },
  {
    method: 'dkd',
    beside: { alpha: 0, beta: 0 },
    names: ['kdWeight', 'temperature', 'warmupEpochs'],
  },
  { method: 'dkd', beside: { alpha: 0 }, names: ['form'] },
  {
    method: 'nkd',
    beside: { kdWeight: 0 },
    names: ['gamma', 'temperature', 'warmupEpochs', 'form'],
  },
  { method: 'nkd', beside: { gamma: 0 }, names: ['temperature', 'form'] },
  { method: 'fitnet', beside: { featWeight: 0 }, names: ['hintLayer'] },
  { method: 'fitnet-stages', beside: {}, names: ['temperature'] },
  { method: 'fitnet-stages', beside: { featWeight: 0 }, names: ['stages'] },
  { method: 'locality-guidance', beside: { featWeight: 0 }, names: ['blocks'] },
  { method: 'at', beside: { featWeight: 0 }, names: ['p'] },
  { method: 'pkt', beside: {}, names: ['temperature'] },
  { method: 'rkd', beside: {}, names: ['temperature'] },
  {
    method: 'rkd',
    beside: { featWeight: 0 },
    names: ['distanceWeight', 'angleWeight', 'epsilon', 'distances'],
  },
  { method: 'rkd', beside: { distanceWeight: 0 }, names: ['epsilon', 'distances'] },
  { method: 'rkd', beside: { distanceWeight: 0, angleWeight: 0 }, names: ['featWeight'] },
  { method: 'sp', beside: {}, names: ['temperature'] },
  { method: 'vid', beside: {}, names: ['temperature'] },
  { method: 'vid', beside: { featWeight: 0 }, names: ['epsilon', 'initialVariance', 'logScale'] },
  { method: 'crd', beside: {}, names: ['temperature'] },
  {
    method: 'crd',
    beside: { featWeight: 0 },
    names: ['featDim', 'nceK', 'nceTemperature', 'nceMomentum', 'positives'],
  },
  { method: 'srrl', beside: { klWeight: 0 }, names: ['temperature'] },
  {
    method: 'reviewkd',
    beside: { featWeight: 0 },
    names: ['warmupEpochs', 'maxMidChannels', 'studentFeatures'],
  },
  { method: 'ofd', beside: { featWeight: 0 }, names: ['connectorKernel', 'teacherMode'] },
  { method: 'mlkd', beside: { kdWeight: 0 }, names: ['temperature', 'form'] },
  { method: 'dist', beside: { kdWeight: 0 }, names: ['beta', 'gamma', 'temperature'] },
  { method: 'dist', beside: { beta: 0, gamma: 0 }, names: ['kdWeight', 'temperature'] },
  { method: 'correlation', beside: { kdWeight: 0 }, names: ['scale', 'featDim'] },
  { method: 'correlation', beside: { scale: 0 }, names: ['kdWeight', 'featDim'] },
  { method: 'ofa', beside: { ofaWeight: 0 }, names: ['stages'] },
  {
    method: 'ofa',
    beside: { ofaWeight: 0, kdWeight: 0 },
    names: ['eps', 'temperature', 'form', 'stages'],
  },
  { method: 'mgd', beside: { alpha: 0 }, names: ['lambda'] },
  { method: 'cat-kd', beside: { camWeight: 0 }, names: ['resolution', 'scaling'] },
  { method: 'wttm', beside: { kdWeight: 0 }, names: ['exponent', 'weighting'] },
  { method: 'kd+sdd', beside: { M: '[1]' }, names: ['complementaryWeight'] },
  {
    method: 'kd+ctkd',
    beside: { tEnd: 0 },
    names: ['decay', 'decayMax', 'decayMin', 'decayLoops'],
  },
  { method: 'kd+ctkd', beside: { decayMax: -1 }, names: ['decayLoops'] },
  { method: 'kd+ctkd', beside: { decayLoops: 1 }, names: ['decayMax'] },
  {
    method: 'kd+ctkd',
    beside: { decay: 'linear', decayLoops: 1 },
    names: ['decayMax', 'decayMin'],
  },
];

test('what a setting leaves without effect is refused, and has none', () => {
  for (const { method, beside, names } of idle) {
    const parsed = parseMethod(method);
    const { options } = placedOptions(parsed);
    const resolve = (more: Hyper) => plannedHyper(parsed, { ...beside, ...more });
    const given = (name: string): Hyper => {
      const option = options[name];
      assert.ok(option !== undefined, `${method} ${name}`);
      const [change] = changesOf(
        { [name]: option },
        (overrides) => plannedHyper(parsed, { ...smallHyper[method], ...overrides }),
        { [name]: visible[method]?.[name] ?? { because: '' } },
      );
      return { [name]: change?.after[name] as never };
    };
    for (const name of names) {
      assert.throws(() => resolve(given(name)), isIdle, `${method}: ${name}`);
    }
    const base = { ...resolve({}), ...smallHyper[method] };
    const measured = losses(method, [base, ...names.map((name) => ({ ...base, ...given(name) }))]);
    for (const [index, name] of names.entries()) {
      const after = measured[index + 1] as readonly number[];
      assert.deepEqual(after, measured[0], `${method} ${JSON.stringify(beside)}: ${name} acts`);
    }
  }
});

test('plug-ins whose term is switched off are refused, and values that mean the same have one name', () => {
  const planned = (id: string, hyper: Hyper) => plannedHyper(parseMethod(id), hyper);
  assert.throws(() => planned('kd+lskd', { kdWeight: 0 }), { code: 'METHOD_COMBINATION' });
  assert.throws(() => planned('dkd+sdd', { kdWeight: 0 }), { code: 'METHOD_COMBINATION' });
  assert.throws(() => planned('vid+ctkd', { klWeight: 0 }), { code: 'METHOD_COMBINATION' });
  assert.deepEqual(planned('dkd', { warmupEpochs: 1 }), planned('dkd', { warmupEpochs: 0 }));
  assert.deepEqual(planned('ofa', { eps: '[1,1,1,1,1]' }), planned('ofa', {}));
  // The default itself changes nothing, and a resolved set can be resolved again.
  assert.deepEqual(planned('pkt', { temperature: 4 }), planned('pkt', {}));
});
