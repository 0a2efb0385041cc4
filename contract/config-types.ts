import type { config } from './schema/config.ts';
import type { TypeOf } from './schema/define.ts';

/** `redistill.config.yaml` as it is written; its paths are relative to it. */
export type ConfigFile = TypeOf<typeof config>;
