import { datasets } from './registry.ts';

/* For those who speak of all data sets: plans, lists. A worker does not. */
await datasets.load();
