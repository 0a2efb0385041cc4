import '../../../runners/networks/all.ts';
import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { names } from '../../../runners/tasks/students.ts';
import { tinyRecipe } from '../training/workers.ts';

const teacher = createNetwork('resnet14', { classes: 100 });
const weights = initialState(teacher.params, 'teacher');
const methods = ['kd', 'none', 'dkd', 'kd+lskd', 'kd+sdd', 'kd+ctkd'];
const size = 8;

function student(method: string): ClassificationStudent {
  const network = createNetwork('resnet8', { classes: 100 });
  return {
    network,
    distiller: createDistiller(method, {}, { student: network, teacher }),
    recipe: tinyRecipe,
    seed: 3,
  };
}

/**
 * Trains a list of students for a few steps and gives each one's reports and final state, by
 * method.
 */
function train(list: readonly string[], mode: 'recorded' | 'eager' = 'recorded') {
  const students = list.map(student);
  const program = createClassificationProgram({
    students,
    teacher: { network: teacher, weights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode,
  });
  const reports = [1, 2, 3].map((step) =>
    program.step(
      {
        images: Float32Array.from({ length: size * 3072 }, (_, i) =>
          Math.fround(((i * 131 + step * 17) % 257) / 128 - 1),
        ),
        labels: Int32Array.from({ length: size }, (_, i) => (i * 13 + step) % 100),
      },
      {
        learningRates: students.map(() => 0.05),
        scalars: students.map(({ distiller }) => distiller.scalars(step)),
        draws: students.map(() => ({})),
      },
    ),
  );
  const state = program.program.readState();
  program.dispose();
  return list.map((method, index) => ({
    method,
    reports: reports.map((each) => each[index]),
    state: Object.entries(state)
      .filter(([name]) => name.startsWith(names.model(index, '').split('/')[0] as string))
      .map(([name, values]) => [
        name.slice(name.indexOf('/')),
        Buffer.from(values.buffer).toString('base64'),
      ]),
  }));
}

describe('a list of students', () => {
  const [alone] = train(['kd']);

  it('gives each the bits that it has alone, in lists of two and of six', () => {
    assert.deepEqual(train(['kd', 'dkd'])[0], alone);
    const six = train(methods);
    assert.deepEqual(six[0], alone);
    assert.deepEqual(six[5], train(['kd+ctkd'])[0]);
    assert.deepEqual(train([...methods].reverse())[5], alone);
  });

  it('differs between methods, so that equal bits mean something', () => {
    const [dkd] = train(['dkd']);
    assert.notDeepEqual(dkd?.reports, alone?.reports);
    assert.notDeepEqual(dkd?.state, alone?.state);
  });

  it('recorded is what it is eagerly, within rounding', () => {
    const [eager] = train(['kd'], 'eager');
    eager?.reports.forEach((report, step) => {
      const recorded = alone?.reports[step];
      assert.ok(
        Math.abs((report?.total ?? 0) / (recorded?.total ?? 1) - 1) < 1e-4,
        `step ${step + 1}`,
      );
    });
  });

  it('updates running statistics, and nothing of the teacher', () => {
    const before = initialState(student('kd').network.params, 3);
    const mean = alone?.state.find(([name]) => name === '/model/bn1.running_mean')?.[1];
    assert.notEqual(
      mean,
      Buffer.from((before['bn1.running_mean'] as Float32Array).buffer).toString('base64'),
    );
    assert.ok(!alone?.state.some(([name]) => name?.startsWith('/teacher')));
  });
});
