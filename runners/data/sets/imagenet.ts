import { imagenetNormalisation } from '../dense/normalise.ts';
import { imagenetLayout } from '../streamed/imagenet.ts';
import { streamedKinds } from './streamed-files.ts';

/** ImageNet, and `imagenet:NAME`: any folder in its layout, of any number of classes. */
export const { named: imagenet, folder: imagenetFolder } = streamedKinds({
  title: 'ImageNet (ILSVRC 2012)',
  classes: 1000,
  train: 1_281_167,
  test: 50_000,
  names: ['imagenet', 'ILSVRC2012', 'imagenet2012'],
  archives: ['ILSVRC2012_img_train.tar'],
  layout: imagenetLayout,
  form: 'imagenet',
  normalisation: imagenetNormalisation,
  source: 'Its archives need a registration at https://www.image-net.org/.',
});
