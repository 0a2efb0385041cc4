import { networks } from './registry.ts';

/* For those who speak of all networks: lists, parity, imports. A worker does not. */
await networks.load();
