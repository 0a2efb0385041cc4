import { segmenters } from './registry.ts';

/* For those who speak of all segmenters: plans, lists, imports. A worker does not. */
await segmenters.load();
