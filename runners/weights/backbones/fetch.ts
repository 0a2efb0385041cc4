import { DataError } from '../../../common/errors.ts';
import type { DownloadOptions } from '../../data/download.ts';
import { bringFile, type ReleasedFileOptions } from '../teachers/released-file.ts';
import { importBackbone } from './import-backbone.ts';
import { type BackboneRecord, backboneFolder } from './store.ts';

/** The facts about weights that fetching needs; `reference/backbones` has them. */
export interface FetchableBackbone {
  readonly name: string;
  readonly architecture: string;
  readonly url: string | null;
  readonly page: string | null;
  readonly sha256Prefix: string | null;
}

/**
 * Brings a backbone's released weights here and imports them. Transfers resume; the file must be
 * the one that was seen first.
 *
 * @throws DataError `BACKBONE_BY_HAND` for weights without an address, and what `bringFile` and
 *   `importBackbone` throw
 */
export async function fetchBackbone(
  weights: FetchableBackbone,
  options: ReleasedFileOptions & DownloadOptions = {},
): Promise<BackboneRecord> {
  const { name, url } = weights;
  if (url === null) {
    throw new DataError('BACKBONE_BY_HAND', `No source of ours states where ${name} is.`, {
      hint: howToBring(weights),
    });
  }
  const environment = options.environment ?? process.env;
  const file = url.slice(url.lastIndexOf('/') + 1);
  const released = { ...weights, of: name, file };
  const path = await bringFile(released, backboneFolder(name, environment), options);
  return importBackbone(path, weights, environment);
}

/** How a person gets the weights, as the end of a sentence or a hint. */
export function howToBring({
  name,
  url,
  page,
}: Pick<FetchableBackbone, 'name' | 'url' | 'page'>): string {
  const taken = `redistill import backbone FILE --model ${name}`;
  return url === null
    ? `Fetch the file from ${page}, then run: ${taken}`
    : `Run: redistill data fetch ${name}; a file at hand: ${taken}`;
}
