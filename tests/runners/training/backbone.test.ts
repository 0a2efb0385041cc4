import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { sha256 } from '../../../common/canonical.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, modelFile } from '../../../contract/paths.ts';
import type { WorkerRequest } from '../../../contract/request.ts';
import { type TrialSpec, trialId } from '../../../contract/spec.ts';
import { networkOf } from '../../../runners/catalogue/networks.ts';
import { datasetIdentity } from '../../../runners/data/registry.ts';
import { encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { backboneOf } from '../../../runners/tasks/backbone.ts';
import { readWeights, torchTensors } from '../../../runners/weights/network-state.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { startWorker, tinyRecipe } from './workers.ts';

const model = 'retinanet-r18w16-fpn32';
const data = await datasetIdentity('embedded-scenes-small');
const network = networkOf(model, 6);
const backbone = backboneOf(network);
const zoo = initialState(backbone.params, 'zoo');

/** Runs the real worker on two pictures, with a backbone's weights in a file. */
async function run(t: TestContext, change: (request: WorkerRequest) => WorkerRequest = (r) => r) {
  const folder = join(temporaryFolder(t), 'run');
  mkdirSync(folder);
  const file = join(folder, 'backbone.safetensors');
  const tensors = torchTensors(backbone.params, zoo);
  writeFileSync(file, encodeSafetensors({ tensors, metadata: {} }));
  const spec: TrialSpec = {
    schemaVersion: 1,
    implementation: 'redistill',
    task: 'detection',
    scale: 'smoke',
    role: 'student',
    model,
    method: 'none',
    hyper: {},
    teacher: null,
    recipe: {
      ...tinyRecipe,
      epochs: 1,
      batchSize: 2,
      schedule: { kind: 'constant', warmupEpochs: 0 },
      augmentation: { crop: null, flip: false },
      input: { kind: 'keep-ratio', long: 64, short: 64 },
      frozenStages: 1,
      normEval: true,
      pretrained: 'imagenet',
      trainPictures: 2,
    },
    data,
    seed: 1,
    backbone: { name: 'torchvision/resnet18', sha256: sha256(readFileSync(file)) },
  };
  const fingerprint = 'f'.repeat(64);
  const request = change({
    schemaVersion: 1,
    spec,
    trial: trialId(spec),
    run: `${trialId(spec)}-${fingerprint.slice(0, 8)}-1`,
    attempt: 1,
    fingerprint,
    runDirectory: folder,
    teacherWeights: null,
    backboneWeights: file,
    threads: { intra: 1, inter: 1 },
    device: 'cpu',
    dataFolder: null,
    mode: 'recorded',
    checkpointSeconds: 0,
  });
  const path = join(folder, 'request.json');
  writeFileSync(path, JSON.stringify(request));
  const { exitCode, stderr } = await startWorker(path);
  const end = readJournal(journalFile(folder)).lines.at(-1);
  assert.ok(end?.type === 'end', stderr);
  return { folder, exitCode, state: end.state, reason: end.reason };
}

describe('a trial with a pretrained backbone', () => {
  it('starts with its weights: what is frozen ends with them', async (t) => {
    const { folder, state, reason } = await run(t);
    assert.equal(state, 'completed', reason);
    const weights = readWeights(modelFile(folder), network);
    const same = (name: string) =>
      zoo[name]?.every((value, at) => value === weights[`backbone.${name}`]?.[at]) === true;
    const kept = backbone.params.filter(({ name }) => /^(conv1|bn1|layer1)\b|running/.test(name));
    assert.ok(kept.length > 30 && kept.every(({ name }) => same(name)));
    assert.equal(same('layer4.1.conv2.weight'), false);
  });

  it('is refused where the weights are others, or none were given', async (t) => {
    const other = await run(t, (request) => ({
      ...request,
      spec: {
        ...request.spec,
        backbone: { name: 'torchvision/resnet18', sha256: 'e'.repeat(64) },
      },
    }));
    assert.notEqual(other.exitCode, 0);
    assert.match(
      other.reason,
      /torchvision\/resnet18 in .* are not those that the trial was planned/,
    );
    const none = await run(t, ({ backboneWeights: _, ...request }) => request);
    assert.match(none.reason, /starts with imagenet, but no weights were given/);
  });
});

describe('the identity of a trial', () => {
  it('has the content of the weights in it', () => {
    const spec = { backbone: { name: 'torchvision/resnet18', sha256: 'a' } } as TrialSpec;
    const other = { backbone: { name: 'torchvision/resnet18', sha256: 'b' } } as TrialSpec;
    assert.notEqual(trialId(spec), trialId(other));
  });
});
