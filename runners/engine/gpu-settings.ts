import type { GpuSettings } from '../../contract/request.ts';
import { interOpThreads } from './environment.ts';

/**
 * Variables of a process by which CUDA's libraries and TensorFlow compute in another way. They are
 * read when TensorFlow first computes, and so must be set before.
 */
const variables = {
  tf32: 'NVIDIA_TF32_OVERRIDE',
  deterministic: 'TF_DETERMINISTIC_OPS',
  xla: 'REDISTILL_XLA',
} as const satisfies Readonly<Record<keyof GpuSettings, string>>;

/** On a CPU, XLA compiles whole graphs only where it is told to. */
const xlaOnCpu = '--tf_xla_cpu_global_jit';

/** How this process computes on a GPU. */
export function gpuSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GpuSettings {
  const isOn = (name: string) => ['1', 'true'].includes(environment[name] ?? '');
  return {
    tf32: isOn(variables.tf32),
    deterministic: isOn(variables.deterministic),
    xla: isOn(variables.xla),
  };
}

/** Sets what a training was asked for, before TensorFlow is loaded: no default is left to it. */
export function applyGpuSettings(
  settings: GpuSettings,
  environment: Record<string, string | undefined> = process.env,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    environment[variable] = settings[name as keyof GpuSettings] ? '1' : '0';
  }
  environment['TF_NUM_INTEROP_THREADS'] = String(interOpThreads('gpu', environment));
  const flags = environment['TF_XLA_FLAGS'] ?? '';
  if (settings.xla && !flags.includes(xlaOnCpu)) {
    environment['TF_XLA_FLAGS'] = `${flags} ${xlaOnCpu}`.trim();
  }
}
