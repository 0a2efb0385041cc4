import { RedistillError } from '../../common/errors.ts';

/** Something is wrong with a step or its graph. The message names the operation and the layer. */
export class EngineError extends RedistillError {
  override readonly name = 'EngineError';
}

/**
 * Reads the first line of TensorFlow's message; the rest repeats node names and source positions.
 */
export function tensorflowReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.replace(/^Session fail to run with error: /, '') ?? text;
}
