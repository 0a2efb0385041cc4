import { detectors } from './registry.ts';

/* For those who speak of all detectors: plans, lists, imports. A worker does not. */
await detectors.load();
