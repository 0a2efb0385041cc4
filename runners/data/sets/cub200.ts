import { imagenetNormalisation } from '../dense/normalise.ts';
import { cub200Layout } from '../streamed/cub200.ts';
import { streamedKinds } from './streamed-files.ts';

/** CUB-200-2011, normalised as SDD's loader has it: with ImageNet's statistics. */
export const { named: cub200, folder: cub200Folder } = streamedKinds({
  title: 'CUB-200-2011',
  classes: 200,
  train: 5994,
  test: 5794,
  names: ['CUB_200_2011', 'cub200'],
  layout: cub200Layout,
  form: 'cub200',
  normalisation: imagenetNormalisation,
  source:
    'Get CUB_200_2011.tgz from https://data.caltech.edu/records/65de6-vp158 and unpack it (tar -xzf).',
});
