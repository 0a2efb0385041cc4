import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { measurePlan, unmeasuredSteps } from '../../app/plan/measure-plan.ts';
import { addMeasuredSteps, measuredCosts, measuredSteps } from '../../app/plan/measured-steps.ts';
import { measuredPictures } from '../../bench/plan-steps.ts';
import { loadOwnFile } from '../../runners/training/own/load.ts';
import { keptStepKey, teacherPassKey } from '../../suites/kept-price.ts';
import { evaluationKey, stepKey } from '../../suites/price.ts';
import { makeEnvironment, makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakePlan } from '../runners/executors/fixtures/fake.ts';
import { cosine, write } from './own/repository.ts';

const measuredOf = (spec: Parameters<typeof stepKey>[0]) =>
  new Map([stepKey(spec), evaluationKey(spec)].map((key) => [key, [1]]));
const machine = { cpu: 'Test CPU 3000', cores: 2 };

test('every epoch measured on this machine counts, others do not', (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec({ seed: 1 });
  const again = makeSpec({ seed: 2 });
  const elsewhere = makeEnvironment({
    hardware: { cpu: 'Another CPU', cores: 64, memoryGiB: 8, gpu: null },
  });
  const here = [spec, again].map((each) => makeJournal({ spec: each, accuracies: [1, 2] }));
  for (const lines of here) writeJournal(workspace, lines);
  writeJournal(
    workspace,
    makeJournal({ spec: makeSpec({ seed: 3 }), accuracies: [1], environment: elsewhere }),
  );
  const epochs = here.flat().flatMap((line) => (line.type === 'epoch' ? [line.msPerStep] : []));
  const measured = measuredSteps(workspace, machine);
  assert.equal(stepKey(spec), stepKey(again));
  assert.deepEqual([...measured.keys()], [stepKey(spec), evaluationKey(spec)]);
  assert.deepEqual(measured.get(stepKey(spec))?.toSorted(), epochs.toSorted());
});

test('trainings in parts count where batches are to be worked off so, and nowhere else', (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec({ seed: 1 });
  const { batchSize } = spec.recipe;
  const train = (seed: number, parts?: { size: number; gpus: number }) => {
    const environment = makeEnvironment(parts === undefined ? {} : { parts });
    const made = makeJournal({ spec: makeSpec({ seed }), accuracies: [1], environment });
    const msPerStep = 100 * seed;
    const lines = made.map((line) => (line.type === 'epoch' ? { ...line, msPerStep } : line));
    writeJournal(workspace, lines);
    return [msPerStep];
  };
  const found = (division: { samplesPerGpu?: number; gpus?: number }) =>
    measuredCosts(workspace, machine, division).steps.get(stepKey(spec));
  const half = batchSize / 2;
  const whole = train(1);
  // Until the parts were measured, those of one GPU are priced as whole batches.
  assert.deepEqual(found({ samplesPerGpu: half }), whole);
  assert.equal(found({ gpus: 2 }), undefined);
  const parted = train(2, { size: half, gpus: 1 });
  const shared = train(3, { size: half, gpus: 2 });
  assert.equal(new Set([whole, parted, shared].map(String)).size, 3);
  assert.deepEqual(found({}), whole);
  assert.deepEqual(found({ samplesPerGpu: half }), parted);
  assert.deepEqual(found({ gpus: 2 }), shared);
  // Evaluations are the same, however batches are worked off.
  const { steps } = measuredCosts(workspace, machine, { gpus: 4 });
  assert.equal(steps.get(evaluationKey(spec))?.length, 3);
});

test('a workspace without journals measured nothing', (t) => {
  assert.equal(measuredSteps(temporaryFolder(t), machine).size, 0);
});

test('steps that were measured without a training count where no training did, on their machine', (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec({ seed: 1 });
  addMeasuredSteps(workspace, { other: [5, 6, 7] }, machine);
  addMeasuredSteps(workspace, { [stepKey(spec)]: [1, 2, 3] }, machine);
  assert.deepEqual(measuredSteps(workspace, machine).get(stepKey(spec)), [1, 2, 3]);
  writeJournal(workspace, makeJournal({ spec, accuracies: [1] }));
  assert.notDeepEqual(measuredSteps(workspace, machine).get(stepKey(spec)), [1, 2, 3]);
  assert.deepEqual(measuredSteps(workspace, machine).get('other'), [5, 6, 7]);
  assert.equal(measuredSteps(workspace, { cpu: 'Another CPU', cores: 2 }).size, 0);
});

test('a file of measured steps that is none is named', (t) => {
  const workspace = temporaryFolder(t);
  const steps = join(workspace, 'steps.json');
  const processor = { cpu: 'x', cores: 1 };
  const odd = [
    'junk{',
    'null',
    '{}',
    '{"schemaVersion":1,"processor":null,"steps":{}}',
    JSON.stringify({ schemaVersion: 1, processor, steps: { constructor: 'x' } }),
    JSON.stringify({ schemaVersion: 1, processor, steps: { one: [-1] } }),
  ];
  const refused = { code: 'STEPS_UNREADABLE', message: /steps\.json holds no measured steps/ };
  for (const text of odd) {
    writeFileSync(steps, text);
    assert.throws(() => measuredSteps(workspace, machine), refused, text);
  }
  rmSync(steps);
  mkdirSync(steps);
  assert.throws(() => measuredSteps(workspace, machine), refused);
});

test('each kind of step is measured once, and only where noise of its size can stand for the data', () => {
  const spec = makeSpec({ seed: 1, data: { dataset: 'cifar100', hash: 'a' } });
  const trial = (change: object) => ({
    id: 'x',
    spec: { ...spec, ...change },
    after: [],
    gate: null,
    steps: 10,
  });
  const plan = fakePlan([
    trial({}),
    trial({ seed: 2 }),
    trial({ method: 'none', teacher: null }),
    trial({ data: { dataset: 'imagenet', hash: 'b' } }),
  ] as never);
  const steps = unmeasuredSteps(plan, new Map());
  assert.equal(steps.length, 2);
  assert.deepEqual(
    [steps[0]?.pictures, steps[0]?.classes],
    [spec.recipe.trainPictures ?? 50_000, 100],
  );
  assert.equal(unmeasuredSteps(plan, new Map([[stepKey(spec), [1]]])).length, 2);
  assert.equal(unmeasuredSteps(plan, measuredOf(spec)).length, 1);
});

test('a step is measured in the size that the recipe makes of the pictures, apart from other sizes', () => {
  const spec = makeSpec({ seed: 1, data: { dataset: 'cifar100', hash: 'a' } });
  const input = { kind: 'random-resized-crop', size: 224, resize: 256 } as const;
  const of = (own: object, dataset = 'cifar100') => ({
    ...spec,
    data: { dataset, hash: 'a' },
    recipe: { ...spec.recipe, ...own },
  });
  const specs = [
    spec,
    of({ input }),
    of({ input: { ...input, teacherSize: 32 } }),
    of({ input }, 'imagenet'),
    of({}, 'tiny-imagenet'),
  ];
  const trials = specs.map((each) => ({ id: 'x', spec: each, after: [], gate: null, steps: 10 }));
  const steps = unmeasuredSteps(fakePlan(trials as never), new Map());
  assert.deepEqual(
    steps.map(({ side, teacherSide }) => [side, teacherSide]),
    [
      [32, undefined],
      [224, undefined],
      [224, 32],
      [224, undefined],
      [64, undefined],
    ],
  );
  assert.equal(new Set(steps.map(({ key }) => key)).size, 5);
  assert.equal(unmeasuredSteps(fakePlan(trials as never), measuredOf(spec)).length, 4);
});

test('of a batch that a machine need not hold a part is measured', () => {
  assert.equal(measuredPictures(1024, 32), 1024);
  assert.equal(measuredPictures(1024, 224), 20);
  assert.equal(measuredPictures(8, 224), 8);
  assert.equal(measuredPictures(8, 1024), 2);
});

test('steps are measured in a process that loads what they use; why one fails is said', async (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec({ seed: 1 });
  const small = { ...spec, model: 'resnet8', teacher: null, method: 'none', hyper: {} };
  const taught = { ...small, method: 'crd', hyper: {}, teacher: { model: 'resnet8' } };
  const notes: string[] = [];
  const measure = (...specs: readonly object[]) =>
    measurePlan(
      { notice: (note: string) => notes.push(note), signal: new AbortController().signal },
      specs.map((each) => ({
        ...{ key: String((each as typeof small).method), pictures: 40, classes: 4, side: 32 },
        spec: { ...each, recipe: { ...spec.recipe, batchSize: 4 } } as never,
      })),
      workspace,
    );
  const own = join(workspace, 'methods/cosine.ts');
  write(workspace, cosine('cosine'));
  await loadOwnFile(own, 'methods/cosine.ts');
  await measure(small, taught, { ...taught, method: 'cosine' });
  assert.deepEqual([...measuredSteps(workspace).keys()].sort(), ['cosine', 'crd', 'none']);
  assert.deepEqual(
    notes,
    [...measuredSteps(workspace)].map(([key, times], at) => {
      const middle = [...times].sort((one, other) => one - other)[times.length >> 1] as number;
      return `[${at + 1}/3] ${key}: ${middle.toFixed(0)} ms`;
    }),
    'what is said is what the plan counts with',
  );
  const augmentation = {
    ...{ crop: null, flip: false },
    mix: { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 },
    erasing: { kind: 'noise', probability: 1 },
  };
  await measurePlan(
    { notice: () => undefined, signal: new AbortController().signal },
    [
      {
        ...{ key: 'mixed', pictures: 40, classes: 4, side: 64, teacherSide: 32 },
        spec: {
          ...{ ...taught, method: 'kd', model: 'vit_nano' },
          recipe: { ...spec.recipe, batchSize: 4, dropPath: 0.3, augmentation },
        } as never,
      },
    ],
    workspace,
  );
  assert.equal(measuredSteps(workspace).get('mixed')?.length, 3);
  const kd = { ...taught, method: 'kd+sdd', recipe: { ...spec.recipe, batchSize: 4 } } as never;
  await measurePlan(
    { notice: () => undefined, signal: new AbortController().signal },
    [{ ...{ key: 'kd', pictures: 40, classes: 4, side: 32, test: 65, kept: true }, spec: kd }],
    workspace,
  );
  const times = measuredSteps(workspace);
  for (const key of [evaluationKey(kd), keptStepKey(kd, 1), teacherPassKey(kd)]) {
    assert.equal(times.get(key)?.length, 3, key);
  }
  await assert.rejects(measure({ ...taught, teacher: null }), {
    code: 'MEASURE_FAILED',
    message: /crd needs a teacher and the trial has none/,
  });
});
