import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { parseEvaluation } from '../../../contract/evaluation-artefact.ts';
import type { Recipe, TrialSpec } from '../../../contract/spec.ts';
import { detection } from '../../../runners/detection/task.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { backboneOf, inNetwork } from '../../../runners/tasks/backbone.ts';
import { names } from '../../../runners/tasks/students.ts';
import type { PreparedTask } from '../../../runners/tasks/types.ts';
import { sceneRecipe, sceneTrial, trainEpoch } from '../tasks/scenes.ts';

const model = 'retinanet-r18w16-fpn32';
const recipe: Recipe = { ...sceneRecipe, trainPictures: 3, clipNorm: 35 };

const specOf = (method: string, changes: Partial<Recipe> = {}): TrialSpec =>
  sceneTrial({ model, method, recipe: { ...recipe, ...changes } });

/** Prepares trials with a teacher of random weights where a method has one. */
async function prepared(specs: readonly TrialSpec[]): Promise<PreparedTask> {
  const data = await detection.load(specs[0] as TrialSpec, null);
  const network = await data.network(model);
  const weights = initialState(network.params, 'teacher');
  return data.prepare({ specs, teacher: { network, weights }, mode: 'recorded' });
}

/** Reports and final state of some students after one epoch. */
async function trained(task: PreparedTask, students: readonly number[]) {
  const program = task.createProgram(students);
  const streams = students.map((student) => RandomStream.named(5, `method/${student}`));
  const reports = await trainEpoch(task, program, streams);
  const state = program.program.readState();
  return { program, reports, state };
}

describe('the detection task', () => {
  it('gives a student the same bits alone and beside others', async () => {
    const task = await prepared([specOf('none'), specOf('fgd')]);
    try {
      const alone = await trained(task, [1]);
      const together = await trained(task, [0, 1]);
      assert.deepEqual(
        together.reports.map((each) => each[1]),
        alone.reports.map((each) => each[0]),
      );
      const own = (state: typeof alone.state, index: number) =>
        Object.entries(state)
          .filter(([name]) => name.startsWith(`student${index}/`))
          .map(([name, values]) => [name.slice(name.indexOf('/')), values] as const);
      assert.deepEqual(own(together.state, 1), own(alone.state, 0));
      const [first] = together.reports[0] as (typeof together.reports)[number];
      assert.deepEqual(Object.keys(first?.terms ?? {}), ['loss_cls', 'loss_bbox']);
      // Three pictures in batches of two: the last batch has an empty slot.
      assert.equal(together.reports.length, 2);
      alone.program.dispose();
      together.program.dispose();
    } finally {
      await task.close();
    }
  });

  it('leaves frozen stages and, with normEval, running statistics as they are', async () => {
    const task = await prepared([specOf('none', { frozenStages: 1, normEval: true })]);
    try {
      const { program, state } = await trained(task, [0]);
      const initial = initialState(task.students[0]?.network.params ?? [], 5);
      const moved = Object.keys(initial).filter((name) => {
        const now = state[names.model(0, name)] as Float32Array;
        return now.some((value, at) => value !== initial[name]?.[at]);
      });
      assert.ok(moved.includes('backbone.layer2.0.bn1.weight'));
      assert.ok(moved.includes('bbox_head.retina_reg.weight'));
      assert.ok(!moved.some((name) => /running|backbone\.(conv1|bn1|layer1)/.test(name)));
      program.dispose();
    } finally {
      await task.close();
    }
  });

  it('starts a backbone with the weights that it is given, and draws the rest', async () => {
    const [spec] = [specOf('none', { frozenStages: 1, normEval: true })];
    const data = await detection.load(spec, null);
    const network = await data.network(spec.model);
    const zoo = initialState(backboneOf(network).params, 'zoo');
    const starts = [null, inNetwork(zoo, {})];
    const task = await data.prepare({
      specs: [spec, spec],
      teacher: null,
      starts,
      mode: 'recorded',
    });
    try {
      const program = task.createProgram([0, 1]);
      const state = program.program.readState();
      program.dispose();
      const own = initialState(network.params, 5);
      for (const [name, values] of Object.entries(own)) {
        assert.deepEqual(state[names.model(0, name)], values, name);
        const given = zoo[name.replace(/^backbone\./, '')];
        const expected = name.startsWith('backbone.') ? given : values;
        assert.deepEqual(state[names.model(1, name)], expected, name);
      }
    } finally {
      await task.close();
    }
  });

  it('lets a student inherit what is outside of the backbone', async () => {
    const task = await prepared([specOf('fitnet', { initStudent: true })]);
    try {
      const program = task.createProgram([0]);
      const { params } = task.students[0]?.network ?? { params: [] };
      const teacher = initialState(params, 'teacher');
      const own = initialState(params, 5);
      const state = program.program.readState();
      for (const [name, values] of Object.entries(own)) {
        const expected = name.startsWith('backbone.') ? values : teacher[name];
        assert.deepEqual(state[names.model(0, name)], expected, name);
      }
      program.dispose();
    } finally {
      await task.close();
    }
  });

  for (const [model, losses] of [
    ['gfl-r18w16-fpn32', ['loss_cls', 'loss_bbox', 'loss_dfl']],
    ['fcos-centred-r18w16-fpn32', ['loss_cls', 'loss_bbox', 'loss_centerness']],
    ['reppoints-r18w16-fpn32', ['loss_cls', 'loss_pts_init', 'loss_pts_refine']],
    ['solo-r18w16-fpn32', ['loss_mask', 'loss_cls']],
  ] as const) {
    it(`trains and tests ${model}, distilled as an anchor-free detector`, async () => {
      const spec = { ...specOf('fgd'), model };
      const data = await detection.load(spec, null);
      const network = await data.network(model);
      const teacher = { network, weights: initialState(network.params, 'teacher') };
      const task = await data.prepare({ specs: [spec], teacher, mode: 'recorded' });
      try {
        const { program, reports } = await trained(task, [0]);
        const [first] = (reports[0] as (typeof reports)[number]) ?? [];
        const terms = Object.keys(first?.terms ?? {});
        assert.deepEqual(terms.slice(0, losses.length), losses);
        assert.ok(terms.length > losses.length);
        assert.ok(reports.flat().every(({ total }) => Number.isFinite(total) && total > 0));
        const [evaluation] = await program.evaluate(false);
        assert.ok(evaluation?.metrics.some(({ name }) => name === 'AP'));
        program.dispose();
      } finally {
        await task.close();
      }
    });
  }

  it('measures weights into figures in percent and an artefact that is whole', async () => {
    const task = await prepared([specOf('none')]);
    try {
      const weights = initialState(task.students[0]?.network.params ?? [], 5);
      // Every anchor is a circle: nearly nothing is right, and everything is found.
      (weights['bbox_head.retina_cls.bias'] as Float32Array).fill(3);
      const { metrics, files } = await task.measure(weights);
      const value = (name: string) => metrics.find((metric) => metric.name === name)?.value;
      assert.ok((value('AP') as number) >= 0 && (value('AP') as number) < 10);
      assert.ok((value('AR100') as number) > 0 && (value('AR100') as number) <= 100);
      assert.ok(metrics.some(({ name }) => name.startsWith('AP/')));
      const artefact = parseEvaluation(files?.['evaluation.json'] ?? '', 'evaluation.json');
      assert.equal(artefact.task, 'detection');
      assert.equal(artefact.samples.length, 8);
      assert.equal(artefact.pictures, 12);
      assert.ok(artefact.task === 'detection' && artefact.curves[0]?.precision.length === 101);
      assert.ok(
        artefact.task === 'detection' &&
          artefact.samples.every((each) => each.detections.length === 100),
      );
    } finally {
      await task.close();
    }
  });

  it('refuses pictures that it cannot make', async () => {
    const wrong = specOf('none', {
      input: { kind: 'random-crop', size: 32, resize: 40 },
    });
    await assert.rejects(prepared([wrong]), { code: 'RECIPE_FIELD' });
    const colours = specOf('none', {
      augmentation: {
        crop: null,
        flip: true,
        distortion: {
          kind: 'photometric',
          brightness: 32,
          contrast: [0.5, 1.5],
          saturation: [0.5, 1.5],
          hue: 18,
        },
      },
    });
    await assert.rejects(prepared([colours]), {
      code: 'RECIPE_FIELD',
      message: /augmentation\.distortion/,
    });
    const large = specOf('none', { batchSize: 8, dropLast: true });
    await assert.rejects(prepared([large]), { code: 'RECIPE_BATCH' });
    // Steps that are counted do not hide that there is no batch to make them with.
    const counted = specOf('none', { batchSize: 8, dropLast: true, iterations: 4 });
    await assert.rejects(prepared([counted]), { code: 'RECIPE_BATCH', message: /of 8 pictures/ });
  });
});
