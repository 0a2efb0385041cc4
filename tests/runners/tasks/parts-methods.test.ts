import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import type { Hyper } from '../../../contract/spec.ts';
import {
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { allMethods, allPlugins } from '../../../runners/distillers/all.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { drawInputs } from '../../../runners/distillers/draws.ts';
import type { ParamSpec } from '../../../runners/networks/types.ts';
import { partsChange } from '../../../runners/tasks/parts/changes.ts';
import type { Parts } from '../../../runners/tasks/parts/team.ts';
import { tinyRecipe } from '../training/workers.ts';
import { network, setting, size, smallHyper, teacher, teacherWeights } from './tiny-networks.ts';

const noise = RandomStream.named(1, 'test/parts-methods');

/** Two pictures, twice: each part has the whole batch's statistics, though batch norm trains. */
function twice(): Float32Array {
  const two = Float32Array.from({ length: (size / 2) * 32 * 32 * 3 }, () => noise.normal());
  return Float32Array.of(...two, ...two);
}
const batch = {
  images: twice(),
  strong: twice(),
  labels: Int32Array.from([0, 3, 0, 3]),
  indices: Int32Array.from([0, 1, 0, 1]),
};

const ids = [...allMethods.map(({ id }) => id), ...allPlugins.map(({ id }) => `kd+${id}`)].filter(
  (id) => id !== 'crd',
);
/** Its own weight would hide RKD's loss behind the cross-entropy. */
const hyper: Readonly<Record<string, Hyper>> = {
  ...smallHyper,
  rkd: { featWeight: 1000 },
};

function students(): ClassificationStudent[] {
  const made = ids.map((id) => ({
    network,
    distiller: createDistiller(id, hyper[id] ?? {}, setting),
    recipe: tinyRecipe,
    seed: 3,
  }));
  // Clipping and the two momenta of DOT act on the sums.
  const { optimizer } = tinyRecipe;
  const dot = { ...optimizer, kind: 'sgd', momentum: 0.9, nesterov: false, delta: 0.05 } as const;
  const distiller = createDistiller('kd', {}, setting);
  const others = [
    { ...tinyRecipe, clipNorm: 0.1 },
    { ...tinyRecipe, optimizer: dot },
  ];
  return [...made, ...others.map((recipe) => ({ network, distiller, recipe, seed: 3 }))];
}

/** Losses and momenta of every student after a step. */
async function afterStep(parts: Parts | undefined) {
  const list = students();
  const program = createClassificationProgram({
    students: list,
    teacher: { network: teacher, weights: teacherWeights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode: 'eager',
    parts,
  });
  try {
    const reports = await program.stepInParts(batch, {
      learningRates: list.map(() => 0.05),
      scalars: list.map(({ distiller }) => distiller.scalars(3)),
      draws: list.map(({ distiller }) =>
        drawInputs(distiller.draws, RandomStream.named(3, 'method'), batch),
      ),
    });
    const name = (index: number) => `student${index}/optimizer/momentum/model/conv1.weight`;
    const momenta = program.program.readState(list.map((_, index) => name(index)));
    return list.map((_, index) => ({
      total: reports[index]?.total as number,
      momentum: momenta[name(index)] as Float32Array,
    }));
  } finally {
    program.dispose();
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  const most = a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return a.reduce((far, value, at) => Math.max(far, Math.abs(value - (b[at] as number))), 0) / most;
}

/**
 * Repeated pictures have the correlations of single ones (DIST), the same neighbours (correlation
 * congruence) and, in OFD's teacher, the same statistics.
 */
const unseen = ['dist', 'correlation', 'ofd'];

describe('methods in parts', () => {
  it('say whether they compare the pictures of a batch', async () => {
    const [whole, parted] = [await afterStep(undefined), await afterStep({ size: size / 2 })];
    const found = students().map(({ distiller: { id, pictures } }, index) => {
      const [one, other] = [whole[index], parted[index]] as [(typeof whole)[0], (typeof whole)[0]];
      const apart = Math.max(
        Math.abs(one.total - other.total) / Math.abs(one.total),
        distance(one.momentum, other.momentum),
      );
      const compares = unseen.includes(id) ? pictures === 'compared' : apart > 1e-3;
      return [id, compares ? 'compared' : 'apart', pictures, apart];
    });
    const wrong = found.filter(([, measured, declared]) => measured !== declared);
    assert.deepEqual(wrong, []);
  });
});

describe('what parts change', () => {
  const params = (...kinds: readonly ParamSpec['kind'][]) =>
    kinds.map((kind) => ({ name: `backbone.${kind}`, kind }));
  const method = { id: 'kd', pictures: 'apart', params: [] } as const;
  const plain = { recipe: tinyRecipe, params: params('weight', 'bias'), method };
  it('is nothing without batch norm, and where it is frozen', () => {
    assert.equal(partsChange(plain), null);
    const frozen = { ...tinyRecipe, normEval: true as const };
    assert.equal(partsChange({ ...plain, recipe: frozen, params: params('running_mean') }), null);
  });
  it('is what batch norm sees, what is compared, what is mixed and what is erased', () => {
    const { augmentation } = tinyRecipe;
    const mix = { mixup: 0.8, cutmix: 0, probability: 1, switch: 0 };
    const erasing = { kind: 'noise', probability: 0.25 } as const;
    const mixed = { ...tinyRecipe, augmentation: { ...augmentation, mix } };
    const holed = { ...tinyRecipe, augmentation: { ...augmentation, erasing } };
    assert.match(partsChange({ ...plain, params: params('running_mean') }) ?? '', /batch norm/);
    const own = { ...method, params: params('running_mean') };
    assert.match(partsChange({ ...plain, method: own }) ?? '', /batch norm/);
    const comparing = { ...method, pictures: 'compared' } as const;
    assert.match(partsChange({ ...plain, method: comparing }) ?? '', /compares/);
    assert.match(partsChange({ ...plain, recipe: mixed }) ?? '', /mixed/);
    assert.match(partsChange({ ...plain, recipe: holed }) ?? '', /erased/);
  });
});
