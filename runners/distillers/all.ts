import { denseMethods } from './dense/registry.ts';
import { methods, plugins } from './registry.ts';

/*
 * For those who speak of all methods: plans, lists, parity. Importing this file loads every kind of
 * ours; a worker does not. With those that users add they are `methods.all` and so on.
 */
export const [allMethods, allPlugins, allDenseMethods] = await Promise.all([
  methods.load(),
  plugins.load(),
  denseMethods.load(),
]);
