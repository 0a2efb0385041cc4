import { InfrastructureError } from '../../common/errors.ts';
import { setupCommand } from '../../common/installation.mjs';
import { bindingBuild } from '../../runners/engine/environment.ts';

/**
 * The version of TensorFlow that workers will load: from the note that set-up leaves beside the
 * binding, or by loading it in a process of its own where there is none.
 *
 * @throws InfrastructureError `TENSORFLOW_MISSING`
 */
export async function engineVersion(): Promise<string> {
  const noted = bindingBuild()?.version;
  if (noted !== undefined) return noted;
  const { probeTensorflow } = await import('../../runners/doctor/tensorflow.ts');
  const facts = await probeTensorflow();
  if (facts.kind === 'loaded') return facts.version;
  throw new InfrastructureError(
    'TENSORFLOW_MISSING',
    `TensorFlow does not work here: ${facts.reason}.`,
    { hint: `Run: ${setupCommand}. Then "redistill doctor" says what is still missing.` },
  );
}
