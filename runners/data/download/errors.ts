import { basename } from 'node:path';
import { DataError, InfrastructureError } from '../../../common/errors.ts';

/** A transfer that may be taken up again where it broke off. */
export class BrokenTransfer extends Error {
  override readonly name = 'BrokenTransfer';
  /** The pause that the server asked for before the next request, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server refuses, or the network fails for good. */
export function fetchError(url: string, what: string, cause?: unknown): InfrastructureError {
  const file = basename(new URL(url).pathname);
  return new InfrastructureError('FETCH', `Cannot fetch ${url}: ${what}.`, {
    hint: `Run the command again to resume, or bring ${file} from another machine and give its folder with --data.`,
    cause,
  });
}

export function checksumError(name: string, what: string): DataError {
  return new DataError('DATA_CHECKSUM', `The file ${name} ${what}.`, {
    hint: 'Delete it and fetch it again (redistill data fetch), or check where it came from.',
  });
}
