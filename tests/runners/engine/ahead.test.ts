import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import protobuf from 'protobufjs';
import { createProgram } from '../../../runners/engine/program.ts';
import { savedModelSchema } from '../../../runners/engine/saved-model.proto.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { type Binding, backend, tf } from '../../../runners/engine/tensorflow.ts';
import type { FunctionSpec, InputMap, Program } from '../../../runners/engine/types.ts';

afterEach(() => recordFor(null));

/** A step on pictures and another view of them, whose state tells which it has seen. */
function stepOn(pictures: number): FunctionSpec {
  return {
    inputs: {
      images: { shape: [pictures, 4], dtype: 'uint8' },
      view: { shape: [pictures, 2], dtype: 'float32' },
      rate: { shape: [], dtype: 'float32' },
    },
    ahead: ['images', 'view'],
    run: ({ sum }, { images, view, rate }) => {
      const seen = tf.add(tf.sum(tf.square(images as Tensor)), tf.sum(view as Tensor));
      const next = tf.add(tf.mul(sum as Tensor, rate as Tensor), seen);
      return { outputs: { seen, next }, state: { sum: next } };
    },
  };
}

function programFor(device: 'cpu' | 'gpu'): Program {
  recordFor(device);
  return createProgram({
    state: { sum: { shape: [], dtype: 'float32' } },
    initial: { sum: Float32Array.of(0) },
    functions: { train: stepOn(3), tail: stepOn(2) },
  });
}

/** Batches of three pictures, the last of two. */
const batches: readonly (readonly [name: string, inputs: InputMap])[] = [3, 3, 3, 2].map(
  (pictures, at) => [
    pictures === 3 ? 'train' : 'tail',
    {
      images: Uint8Array.from({ length: pictures * 4 }, (_, i) => 7 * i + at),
      view: Float32Array.from({ length: pictures * 2 }, (_, i) => i / 3 - at),
      rate: Float32Array.of(0.5 + at / 7),
    },
  ],
);

interface Run {
  readonly feeds: readonly string[];
  readonly fetches: readonly string[];
}

/** What sessions are fed and asked for while `body` runs, and the nodes of graphs loaded then. */
function watched(body: (runs: readonly Run[]) => void) {
  const runs: Run[] = [];
  const nodes: { name: string; input: readonly string[] }[] = [];
  const engine = backend();
  const { binding } = engine;
  const model = protobuf.parse(savedModelSchema).root.lookupType('tensorflow.SavedModel');
  engine.binding = Object.create(binding, {
    runSavedModel: {
      value: (id: number, inputs: readonly number[], feeds: string, fetches: string) => {
        runs.push({ feeds: feeds.split(',').sort(), fetches: fetches.split(',') });
        return binding.runSavedModel(id, inputs, feeds, fetches);
      },
    },
    loadSavedModel: {
      value: (folder: string, tags: string) => {
        const bytes = readFileSync(join(folder, 'saved_model.pb'));
        const { metaGraphs } = model.toObject(model.decode(bytes), { arrays: true }) as {
          readonly metaGraphs: readonly [{ readonly graphDef: { readonly node: typeof nodes } }];
        };
        nodes.push(...metaGraphs[0].graphDef.node);
        return binding.loadSavedModel(folder, tags);
      },
    },
  }) as Binding;
  try {
    body(runs);
  } finally {
    engine.binding = binding;
  }
  return { runs, nodes };
}

/** A program for a GPU, and what has its next run fail when TensorFlow has done the work. */
function breakable(): { readonly program: Program; breakNext(): void } {
  const engine = backend();
  const { binding } = engine;
  let breaks = false;
  engine.binding = Object.create(binding, {
    runSavedModel: {
      value: (...args: Parameters<Binding['runSavedModel']>) => {
        const results = binding.runSavedModel(...args);
        if (!breaks) return results;
        breaks = false;
        throw new Error('out of memory');
      },
    },
  }) as Binding;
  try {
    return {
      program: programFor('gpu'),
      breakNext() {
        breaks = true;
      },
    };
  } finally {
    engine.binding = binding;
  }
}

/** Calls the batches one after the other; each is announced before the one ahead of it, or not. */
function train(program: Program, announces: boolean) {
  return batches.map(([name, inputs], at) => {
    const next = batches[at + 1];
    if (announces && next !== undefined) program.announce(...next);
    return program.call(name, inputs);
  });
}

describe('inputs ahead of a call', () => {
  it('change no bit of a result', () => {
    const [cpu, alone, announced] = (
      [
        ['cpu', true],
        ['gpu', false],
        ['gpu', true],
      ] as const
    ).map(([device, announces]) => {
      const program = programFor(device);
      const outputs = train(program, announces);
      program.dispose();
      return outputs;
    });
    assert.deepEqual(announced, alone);
    assert.deepEqual(announced, cpu);
  });

  it('ride with the call before, which waits for them in nothing', () => {
    const { runs, nodes } = watched(() => {
      const program = programFor('gpu');
      train(program, true);
      program.dispose();
    });
    const next = (name: string) =>
      ['images', 'view'].map((key) => `${name}/ahead/next/${key}:0`).sort();
    const own = (name: string) => `${name}/input/rate:0`;
    const [, first, ...steps] = runs;
    // The initial state is written; the first batch comes before its call, alone.
    assert.deepEqual(first, { feeds: next('train'), fetches: ['train/ahead/before:0'] });
    assert.deepEqual(
      steps.map(({ feeds }) => feeds),
      [
        [...next('train'), own('train')].sort(),
        [...next('train'), own('train')].sort(),
        [...next('tail'), own('train')].sort(),
        [own('tail')],
      ],
    );
    // A function's own variables are written when it has read them, and after nothing else.
    const written = nodes.filter(({ name }) => /^train\/ahead\/next\/.*\/during$/.test(name));
    assert.equal(written.length, 2);
    for (const { name, input } of written) {
      const key = name.split('/')[3] as string;
      const read = key === 'images' ? 'train/input/images/bytes' : 'train/input/view';
      assert.deepEqual(input.slice(2), [`^${read}`]);
    }
  });

  it('are copied for the call itself where others were announced, or none', () => {
    const [[name, inputs], [, others], [, last]] = batches as [
      (typeof batches)[0],
      (typeof batches)[0],
      (typeof batches)[0],
    ];
    const cpu = programFor('cpu');
    const expected = cpu.call(name, last)['seen'];
    cpu.dispose();
    watched((runs) => {
      const program = programFor('gpu');
      /** How many runs a call takes, and how much its own is fed. */
      const callOf = (given: InputMap) => {
        const before = runs.length;
        const { seen } = program.call(name, given);
        return { seen, runs: runs.length - before, feeds: runs.at(-1)?.feeds.length };
      };
      program.announce(name, others);
      assert.equal(callOf(inputs).runs, 2);
      assert.deepEqual(callOf(last), { seen: expected, runs: 2, feeds: 1 });
      // The arrays may have other values now.
      assert.deepEqual(callOf(last), { seen: expected, runs: 2, feeds: 1 });
      // Half of what a call needs is nothing.
      program.announce(name, { images: inputs['images'] as Uint8Array });
      assert.equal(callOf(last).feeds, 1);
      program.announce('unknown', inputs);
      assert.throws(() => program.announce(name, { ...inputs, images: new Uint8Array(5) }), {
        code: 'ENGINE_SHAPE',
      });
      program.dispose();
    });
  });

  describe('are copied again after a call that failed, which may have overwritten them:', () => {
    const [first, second, third, tail] = batches.map(([, inputs]) => inputs) as [
      InputMap,
      InputMap,
      InputMap,
      InputMap,
    ];
    const seenOnCpu = (name: string, inputs: InputMap) => {
      const cpu = programFor('cpu');
      const { seen } = cpu.call(name, inputs);
      cpu.dispose();
      return seen;
    };

    it('with what rode with it', () => {
      const { program, breakNext } = breakable();
      program.announce('tail', tail);
      program.call('train', first);
      program.announce('train', second);
      program.call('train', first);
      program.announce('tail', { ...tail, view: Float32Array.of(9, 9, 9, 9) });
      breakNext();
      assert.throws(() => program.call('train', second), { code: 'ENGINE_RUN' });
      assert.deepEqual(program.call('tail', tail)['seen'], seenOnCpu('tail', tail));
      program.dispose();
    });

    it('with its own', () => {
      const { program, breakNext } = breakable();
      program.announce('train', third);
      program.call('train', first);
      breakNext();
      assert.throws(() => program.call('train', second), { code: 'ENGINE_RUN' });
      assert.deepEqual(program.call('train', third)['seen'], seenOnCpu('train', third));
      program.dispose();
    });
  });

  it('are fed with the call on a CPU', () => {
    const { runs } = watched(() => {
      const program = programFor('cpu');
      train(program, true);
      program.dispose();
    });
    assert.equal(runs.length, 1 + batches.length);
    assert.ok(runs.slice(1).every(({ feeds }) => feeds.length === 3));
  });

  it('are floats or bytes, which a GPU keeps', () => {
    recordFor('gpu');
    for (const key of ['labels', 'nothing']) {
      const whole: FunctionSpec = {
        inputs: { labels: { shape: [2], dtype: 'int32' } },
        ahead: [key],
        run: (_, { labels }) => ({ outputs: { y: tf.neg(labels as Tensor) }, state: {} }),
      };
      assert.throws(() => createProgram({ state: {}, initial: {}, functions: { step: whole } }), {
        code: 'ENGINE_AHEAD',
      });
    }
  });
});
