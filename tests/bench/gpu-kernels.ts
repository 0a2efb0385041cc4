import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { GraphNode, Recorded } from '../../bench/gpu-operations.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

/** Operations that graphs for a GPU have, with their types by TensorFlow's numbers. */
export const recordedOperations: readonly string[] = read('gpu-operations');

interface Kernel {
  readonly device: 'GPU' | 'DEFAULT';
  /** What its types may be. */
  readonly types: Readonly<Record<string, readonly number[]>>;
  /** Operands and results that lie in the memory of the processor. */
  readonly host: readonly string[];
}

/** What the CUDA build has for a GPU. */
const registry = read('gpu-kernels') as {
  readonly tensorflow: string;
  /** Names of each operation's operands and results; those of which there are N end with ` N`. */
  readonly operands: Readonly<Record<string, readonly [inputs: string, outputs: string]>>;
  readonly kernels: Readonly<Record<string, readonly string[]>>;
};
export const askedVersion = registry.tensorflow;

/** The kernel that takes these types, by names of attributes; undefined where there is none. */
function kernelFor(op: string, types: ReadonlyMap<string, number>): Kernel | undefined {
  const fitting = (registry.kernels[op] ?? [])
    .map((text) => JSON.parse(text) as Kernel)
    .filter((kernel) =>
      Object.entries(kernel.types).every(([name, allowed]) => {
        const type = types.get(name);
        return type === undefined || allowed.includes(type);
      }),
    );
  return fitting.find(({ device }) => device === 'GPU') ?? fitting[0];
}

/** Whether one of an operation's kernels takes all of its types, as `MatMul T=1` has them. */
export function hasKernel(line: string): boolean {
  const [op, ...given] = line.split(' ') as [string, ...string[]];
  const types = given.map((each) => each.split('='));
  return (
    kernelFor(op, new Map(types.map(([name, type]) => [name as string, Number(type)]))) !==
    undefined
  );
}

const typesOf = ({ attr = {} }: GraphNode): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(attr).flatMap(([name, { type }]) =>
      type === undefined ? [] : [[name, Number(type)]],
    ),
  );

/** The name of each operand or result of a node. */
function namesOf({ op, attr = {} }: GraphNode, which: 0 | 1): readonly string[] {
  const [inputs = '', outputs = ''] = registry.operands[op] ?? [];
  return (
    [inputs, outputs][which]?.split(',').flatMap((text) => {
      const [name = '', count] = text.split(' ');
      return Array<string>(count === undefined ? 1 : Number(attr[count]?.i ?? 1)).fill(name);
    }) ?? []
  );
}

/**
 * What a step makes on a GPU and takes from the memory of the processor: each is waited for.
 * Evaluations may do that.
 */
export function copiedBack(graph: readonly GraphNode[]): readonly string[] {
  const byName = new Map(graph.map((node) => [node.name, node]));
  const isOnHost = (node: GraphNode, name: string | undefined, otherwise: boolean) => {
    const kernel = kernelFor(node.op, typesOf(node));
    return kernel === undefined || name === undefined ? otherwise : kernel.host.includes(name);
  };
  return graph
    .filter(({ name }) => !/^(?:evaluate|test)/.test(name))
    .flatMap((node) => {
      const names = namesOf(node, 0);
      const data = (node.input ?? []).filter((input) => !input.startsWith('^'));
      return data.flatMap((input, at) => {
        const [from = '', output = '0'] = input.split(':');
        const source = byName.get(from);
        // What is fed comes from the processor, and constants are where they are needed.
        if (source === undefined || ['Placeholder', 'Const'].includes(source.op)) return [];
        if (!isOnHost(node, names[at], false)) return [];
        const made = namesOf(source, 1);
        return isOnHost(source, made[Number(output)] ?? made[0], true)
          ? []
          : [`${source.op} -> ${node.op}: ${node.name}`];
      });
    });
}

/** Steps have kernels on a GPU, and nothing of them goes to the processor and back. */
export function assertKnown({ operations, graphs }: Recorded): void {
  const unknown = operations.filter((line) => !recordedOperations.includes(line));
  assert.deepEqual(unknown, [], 'bench/gpu-operations.ts lists them, then make gpu-kernels');
  assert.ok(graphs.length > 0);
  assert.deepEqual(graphs.flatMap(copiedBack), []);
}
