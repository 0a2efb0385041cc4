import { usesGpu } from './tensorflow.ts';

let asked: 'cpu' | 'gpu' | null = null;

/**
 * Whether steps are recorded as a GPU wants them: few operations, each as large as it can be, in no
 * order but that of their data. A CPU gets what equal bits ask for (decision 1).
 */
export function recordsForGpu(): boolean {
  return asked === null ? usesGpu() : asked === 'gpu';
}

/**
 * Records for this device from now on, whatever TensorFlow computes on: tests and benches look at
 * the graphs of a GPU on a CPU, and run those whose operations a CPU has. Trainings never ask.
 *
 * @param device null: that which TensorFlow uses
 */
export function recordFor(device: 'cpu' | 'gpu' | null): void {
  asked = device;
}
