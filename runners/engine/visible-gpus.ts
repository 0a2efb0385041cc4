import { execa } from 'execa';
import { InfrastructureError } from '../../common/errors.ts';

/**
 * The GPUs that this process may use, as `CUDA_VISIBLE_DEVICES` names them; empty where none can be
 * told apart, which a worker then says.
 */
export async function visibleGpus(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const chosen = environment['CUDA_VISIBLE_DEVICES'];
  if (chosen !== undefined) return names(chosen.split(','));
  const { stdout, exitCode } = await execa(
    'nvidia-smi',
    ['--query-gpu=index', '--format=csv,noheader'],
    { reject: false, timeout: 30_000 },
  );
  return exitCode === 0 ? names(stdout.split('\n')) : [];
}

const names = (parts: readonly string[]) =>
  parts.map((part) => part.trim()).filter((part) => part !== '');

/** For a training that is to have more GPUs than can be used. */
export function tooFewGpus(wanted: number, visible: readonly string[]): InfrastructureError {
  const found = visible.length === 0 ? 'none' : String(visible.length);
  return new InfrastructureError(
    'GPU_COUNT',
    `Each training is to have ${wanted} GPUs, and ${found} can be used here.`,
    {
      hint: 'Take a smaller --gpus. CUDA_VISIBLE_DEVICES and the configuration of a queue say which can be used; `redistill doctor` lists them.',
      permanent: true,
    },
  );
}
