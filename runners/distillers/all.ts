import { denseMethods } from './dense/registry.ts';
import { methods, plugins } from './registry.ts';

/*
 * For those who speak of all methods, as lists do. Importing this file loads every kind of ours;
 * workers and plans load what they use. With those that users add they are `methods.all` and so on.
 */
export const [allMethods, allPlugins, allDenseMethods] = await Promise.all([
  methods.load(),
  plugins.load(),
  denseMethods.load(),
]);
