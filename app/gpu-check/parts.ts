import { KindTable } from '../../common/kind-table.ts';
import type { GpuCheckPart } from './part.ts';

/** The parts of `gpu-check`, in the order in which they run. A further one is a file and a line. */
// biome-ignore format: a table
export const gpuCheckParts = new KindTable<GpuCheckPart>('part', {
  doctor: async () => (await import('./parts/doctor.ts')).part,
  verify: async () => (await import('./parts/verify.ts')).part,
  'verify-tf32': async () => (await import('./parts/verify-tf32.ts')).part,
  steps: async () => (await import('./parts/steps.ts')).part,
  cohort: async () => (await import('./parts/cohort.ts')).part,
  workers: async () => (await import('./parts/workers.ts')).part,
  precision: async () => (await import('./parts/precision.ts')).part,
  resume: async () => (await import('./parts/resume.ts')).part,
  smoke: async () => (await import('./parts/smoke.ts')).part,
});
