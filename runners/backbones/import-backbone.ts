import { basename } from 'node:path';
import { DataError, UsageError } from '../../common/errors.ts';
import { convertedTensor, readWeightsFile } from '../checkpoints/read-weights.ts';
import type { FileTensor } from '../checkpoints/tensors.ts';
import { backboneCalled } from '../models/networks.ts';
import type { NetworkState } from '../tasks/types.ts';
import { encodeSafetensors } from '../trial/safetensors.ts';
import { weightProblems } from '../trial/weights.ts';
import { type BackboneRecord, storeBackbone } from './store.ts';

/** What networks of the zoos have behind the backbone: it is not wanted here. */
const behind =
  /^(fc|head|classifier|neck|bbox_head|rpn_head|roi_head|decode_head|auxiliary_head)\./;
const prefix = 'backbone.';

/**
 * Takes a backbone's weights out of a file that PyTorch or safetensors wrote, and stores them for every workspace. Names are
 * torchvision's (`layer1.0.conv1.weight`) or, in a checkpoint of a whole network of OpenMMLab, the same behind `backbone.`. The
 * classifier and other heads are left out; every other key must fit.
 *
 * @param weights name and architecture, as reference/backbones has them
 * @throws UsageError `CHECKPOINT_FILE`, `BACKBONE_ARCHITECTURE`
 * @throws DataError `WEIGHTS_MISMATCH` listing every missing, unexpected and mis-shaped key; `CHECKPOINT_TYPE`,
 *   `CHECKPOINT_VALUES`, and what the readers of the formats throw
 */
export function importBackbone(
  path: string,
  { name, architecture }: { readonly name: string; readonly architecture: string },
  environment: Readonly<Record<string, string | undefined>>,
): BackboneRecord {
  const backbone = backboneCalled(architecture);
  if (backbone === null) {
    throw new UsageError(
      'BACKBONE_ARCHITECTURE',
      `No network here has a backbone of the architecture ${architecture}.`,
    );
  }
  const file = readWeightsFile(path);
  const tensors = backboneTensors(file.tensors);
  check(backbone, tensors, path);
  const bytes = encodeSafetensors({
    tensors: Object.fromEntries(
      backbone.params.map((param) => [
        param.name,
        convertedTensor(param.name, tensors.get(param.name) as FileTensor, path),
      ]),
    ),
    metadata: { format: 'pt', architecture },
  });
  const source = basename(path);
  return storeBackbone(
    bytes,
    { name, architecture, source, sourceSha256: file.sha256 },
    environment,
  );
}

/** A file's tensors by their names within the backbone, without what stands behind it. */
function backboneTensors(
  tensors: ReadonlyMap<string, FileTensor>,
): ReadonlyMap<string, FileTensor> {
  const named = [...tensors].filter(([name]) => !behind.test(name));
  const whole = named.length > 0 && named.every(([name]) => name.startsWith(prefix));
  return new Map(named.map(([name, tensor]) => [whole ? name.slice(prefix.length) : name, tensor]));
}

function check(
  backbone: NetworkState,
  tensors: ReadonlyMap<string, FileTensor>,
  source: string,
): void {
  const problems = weightProblems(backbone, Object.fromEntries(tensors));
  if (problems.length === 0) return;
  throw new DataError(
    'WEIGHTS_MISMATCH',
    `${source} does not hold the weights of the backbone ${backbone.name}: ${problems.join('; ')}.`,
    { hint: 'Check which network the file is of; a v1c has a stem of three convolutions.' },
  );
}
