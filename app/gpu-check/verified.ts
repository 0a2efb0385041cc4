import { RedistillError } from '../../common/errors.ts';
import type { ParityCase } from '../../contract/parity.ts';
import { ownCommand } from './own-process.ts';
import type { PartPlace } from './part.ts';

/** The variable by which CUDA's libraries take TF32 or leave it. */
const tf32Variable = 'NVIDIA_TF32_OVERRIDE';

/** Compares a sample of the official numbers on the part's device, with TF32 or without. */
export async function verified(place: PartPlace, tf32: boolean): Promise<readonly ParityCase[]> {
  const args = ['verify', '--sample', '--json', '--no-store', '--workspace', place.folder];
  const environment = { [tf32Variable]: tf32 ? '1' : '0' };
  const { exitCode, stdout, reason } = await ownCommand(args, place, { environment });
  if (exitCode === 0 || exitCode === 1) {
    const { cases } = JSON.parse(stdout) as { readonly cases: readonly ParityCase[] };
    const compared = cases.filter(({ skipped }) => skipped !== true);
    if (compared.length > 0) return compared;
  }
  throw new RedistillError(
    'GPU_CHECK_COMMAND',
    `redistill verify ended with ${exitCode}: ${reason}`,
  );
}

/** The case that comes nearest to its tolerance or exceeds it most. */
export function worst(cases: readonly ParityCase[]): ParityCase {
  const share = ({ maxError, tolerance }: ParityCase) => maxError / tolerance;
  return cases.reduce((one, other) => (share(other) > share(one) ? other : one));
}
