import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/records.ts';

/** What one `redistill gpu-check` found on a machine: its JSON. */
export type GpuCheckRecord = TypeOf<typeof schema.gpuCheck>;
export type GpuCheckPartRecord = TypeOf<typeof schema.gpuCheckPart>;
export type GpuCheckFigure = TypeOf<typeof schema.gpuCheckFigure>;
