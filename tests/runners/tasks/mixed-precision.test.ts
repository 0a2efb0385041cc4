import '../../../runners/networks/all.ts';
import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Recipe } from '../../../contract/spec.ts';
import {
  type ClassificationProgram,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import {
  processorBfloat16,
  recordForBfloat16,
} from '../../../runners/engine/bfloat16/processor.ts';
import { EngineError } from '../../../runners/engine/errors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { names } from '../../../runners/tasks/students.ts';
import { tinyRecipe } from '../training/workers.ts';

// On a CPU mixed precision is bfloat16, where the processor has it.
const size = 16;
const teacher = createNetwork('resnet14', { classes: 100 });
const weights = initialState(teacher.params, 'teacher');
const batch = {
  images: Float32Array.from({ length: size * 3072 }, (_, i) => ((i * 131) % 257) / 128 - 1),
  labels: Int32Array.from({ length: size }, (_, i) => (i * 13) % 100),
};

const network = createNetwork('resnet8', { classes: 100 });
const distillerOf = (method: string) => createDistiller(method, {}, { student: network, teacher });

function program(
  recipe: Recipe,
  mode: 'recorded' | 'eager' = 'recorded',
  methods: readonly string[] = ['kd'],
): ClassificationProgram {
  const students = methods.map((method) => ({
    ...{ network, recipe, seed: 3 },
    distiller: distillerOf(method),
  }));
  return createClassificationProgram({
    students,
    teacher: { network: teacher, weights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode,
  });
}

const mixed = { ...tinyRecipe, precision: 'mixed' } as const;
const inputs = { learningRates: [0.05], scalars: [{}], draws: [{}] };
const steps = (made: ClassificationProgram, count: number) =>
  Array.from({ length: count }, () => made.step(batch, inputs)[0]);

const none = processorBfloat16() === null && 'this processor has no bfloat16';

/** Losses of three steps of some methods, and each one's state after them. */
function ends(methods: readonly string[]): ReadonlyMap<string, unknown> {
  const made = program(mixed, 'recorded', methods);
  const every = {
    learningRates: methods.map(() => 0.05),
    scalars: methods.map((method) => distillerOf(method).scalars(1)),
    draws: methods.map(() => ({})),
  };
  const reports = [1, 2, 3].map(() => made.step(batch, every));
  const state = Object.entries(made.program.readState());
  made.dispose();
  const ofStudent = (index: number) =>
    state
      .filter(([name]) => name.startsWith(`student${index}/`))
      .map(([name, values]) => [name.slice(name.indexOf('/')), Buffer.from(bytes(values))]);
  return new Map(
    methods.map((method, index) => [
      method,
      { losses: reports.map((each) => each[index]), state: ofStudent(index) },
    ]),
  );
}

describe('a step in mixed precision', { skip: none }, () => {
  it('learns as one in 32 bits does, within what 16 bits round away', () => {
    const [plain, half] = [tinyRecipe, mixed].map((recipe) => {
      const made = program(recipe);
      const totals = steps(made, 6).map((report) => report?.total as number);
      made.dispose();
      return totals;
    }) as [number[], number[]];
    plain.forEach((total, step) => {
      const off = Math.abs((half[step] as number) - total) / total;
      assert.ok(off < 0.05, `step ${step + 1}: ${half[step]} and ${total}`);
    });
    assert.notEqual(half[0], plain[0]);
  });

  it('has the same bits alone and in a cohort, with either sort of kernels', () => {
    for (const kind of ['avx512', 'amx'] as const) {
      recordForBfloat16(kind);
      try {
        const alone = ends(['kd']).get('kd');
        for (const others of [
          ['dkd', 'kd'],
          ['kd', 'at', 'dkd', 'kd+lskd', 'none', 'nst'],
        ]) {
          assert.deepEqual(ends(others).get('kd'), alone, `${kind}: ${others}`);
        }
      } finally {
        recordForBfloat16(null);
      }
    }
  });

  it('changes nothing but the scale where gradients overflow, and reports the scale', () => {
    const made = program(mixed);
    steps(made, 2);
    const scale = names.scaler(0, 'scale');
    const tracker = names.scaler(0, 'growth_tracker');
    assert.deepEqual(made.program.readState([scale, tracker]), {
      [scale]: Float32Array.of(65_536),
      [tracker]: Float32Array.of(2),
    });
    const classifier = 'student0/model/fc.weight';
    const { [classifier]: learnt } = made.program.readState([classifier]);
    // Gradients of a thousand and more, so that the largest scale overflows.
    made.program.writeState({
      [scale]: Float32Array.of(2 ** 127),
      [classifier]: (learnt as Float32Array).map((value) => value * 1e4),
    });
    const before = made.program.readState();
    const [report] = steps(made, 1);
    const after = made.program.readState();
    assert.equal(report?.terms['monitor/loss-scale'], 2 ** 127);
    assert.ok(Number.isFinite(report?.total), 'the loss itself is not scaled');
    assert.deepEqual(after[scale], Float32Array.of(2 ** 126));
    assert.deepEqual(after[tracker], Float32Array.of(0));
    const changed = Object.keys(after).filter(
      (name) => Buffer.compare(bytes(after[name]), bytes(before[name])) !== 0,
    );
    // The batch was seen, as in PyTorch: running statistics go on.
    assert.deepEqual(
      changed.filter((name) => !/\.running_(mean|var)$/.test(name)).sort(),
      [tracker, scale].sort(),
    );
    assert.ok(changed.some((name) => name.endsWith('.running_mean')));
    made.program.writeState({ [scale]: Float32Array.of(1024) });
    steps(made, 1);
    const moved = made.program.readState(['student0/model/conv1.weight']);
    assert.notDeepEqual(moved['student0/model/conv1.weight'], after['student0/model/conv1.weight']);
    made.dispose();
  });

  it('is refused eagerly', () => {
    assert.throws(
      () => program(mixed, 'eager'),
      (error) => error instanceof EngineError && error.code === 'ENGINE_PRECISION',
    );
  });
});

const bytes = (values: Float32Array | Int32Array | undefined): Uint8Array =>
  new Uint8Array(values?.buffer ?? new ArrayBuffer(0));
