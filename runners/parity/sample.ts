/** Networks that the default suite trains at its proxy scale. */
const networks: readonly string[] = ['models/cifar_resnet8.json', 'models/cifar_resnet20.json'];

/**
 * Whether a golden file belongs to the sample that the first run checks: every loss with its
 * gradients, since those are what the methods are, and the networks of the default suite. It takes
 * seconds; trajectories, detectors, optimizers and the other networks are left to a whole `verify`.
 *
 * @param path within the golden folder; `.gz` makes no difference
 */
export function inSample(path: string): boolean {
  const plain = path.replace(/\.gz$/, '');
  return plain.startsWith('losses/') || networks.includes(plain);
}
