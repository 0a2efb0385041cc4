import { basename } from 'node:path';
import { UsageError } from '../../../common/errors.ts';
import { backboneCalled } from '../../catalogue/networks.ts';
import { encodeSafetensors } from '../../formats/safetensors.ts';
import { chooseWeights } from '../checkpoints/choose-weights.ts';
import { convertedTensor, readWeightsFile } from '../checkpoints/read-weights.ts';
import type { FileTensor } from '../checkpoints/tensors.ts';
import { type BackboneRecord, storeBackbone } from './store.ts';

/** Layers behind the backbone in the zoos' networks. They are not imported. */
const behind =
  /^(fc|head|classifier|neck|bbox_head|rpn_head|roi_head|decode_head|auxiliary_head)\./;

/**
 * Takes a backbone's weights out of a file that PyTorch or safetensors wrote, and stores them for
 * every workspace. Names are torchvision's (`layer1.0.conv1.weight`) or, in a checkpoint of a whole
 * network, the same behind a prefix such as `backbone.`. The classifier and other heads are left
 * out; every other key must fit.
 *
 * @param weights name and architecture, as reference/backbones has them
 * @param prefix what stands before the names of the backbone, where several sets of a file fit
 * @throws UsageError `CHECKPOINT_FILE`, `BACKBONE_ARCHITECTURE`, `WEIGHTS_PREFIX`
 * @throws DataError `WEIGHTS_MISMATCH` naming missing, unexpected and mis-shaped keys;
 *   `WEIGHTS_AMBIGUOUS`, `CHECKPOINT_TYPE`, `CHECKPOINT_VALUES`, and what the readers of the
 *   formats throw
 */
export function importBackbone(
  path: string,
  { name, architecture }: { readonly name: string; readonly architecture: string },
  environment: Readonly<Record<string, string | undefined>>,
  prefix?: string | undefined,
): BackboneRecord {
  const backbone = backboneCalled(architecture);
  if (backbone === null) {
    throw new UsageError(
      'BACKBONE_ARCHITECTURE',
      `No network here has a backbone of the architecture ${architecture}.`,
    );
  }
  const file = readWeightsFile(path);
  const wanted = { name: `the backbone ${architecture}`, network: () => backbone, ignored: behind };
  const { tensors } = chooseWeights(file.groups, wanted, prefix, path);
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
