import { countUses, keyOfEdge, movedEnds, shapeOf } from '../edges.ts';
import { stateNodes } from '../encode.ts';
import { attribute } from '../ops/native.ts';
import {
  type Edge,
  type RecordedFunction,
  type RecordedNode,
  type RecordedOperation,
  type RecordedRunning,
  type RecordedUpdate,
  readNode,
} from '../record.ts';
import type { Pack, TensorSpec } from '../types.ts';
import { NodeBuilder } from './builder.ts';
import { prepared } from './frozen.ts';
import { makePack } from './packs.ts';
import { rules } from './rules.ts';
import { simplify } from './simplify.ts';

/** Updates that one operation does: of one rule with the same numbers and scalars. */
interface Group {
  readonly updates: readonly RecordedUpdate[];
  /** The bool scalar without which nothing changes; null where there is none. */
  readonly guard: Edge | null;
}

/** What can be done in a function in fewer operations. */
interface Plan {
  readonly groups: readonly Group[];
  readonly running: readonly RecordedRunning[];
}

/** Variables of the whole program: of every group a pack for parameters and one for each buffer. */
interface Layout {
  readonly groups: readonly (readonly Pack[])[];
  readonly running: Pack | null;
}

const packsIn = ({ groups, running }: Layout): readonly Pack[] =>
  running === null ? groups.flat() : [...groups.flat(), running];

/** What a session runs. */
export interface LeanGraph {
  readonly functions: readonly RecordedFunction[];
  /** What the session holds together, and what it holds beside the state. */
  readonly packs: readonly Pack[];
  readonly more: Readonly<Record<string, TensorSpec>>;
  /** State after whose writing the function `prepare` is to be called; empty: there is none. */
  readonly sources: ReadonlySet<string>;
}

/**
 * The functions of a program in as few operations as TensorFlow offers, for a device on which each
 * costs a launch.
 *
 * - Parameters that one rule of an optimizer moves lie one after the other in one variable, and so
 *   do the buffers of the rule: one operation updates them in place (`rules.ts`).
 * - A batch norm moves its running statistics by itself, and these lie in one variable, too.
 * - Equal constants and operations are one (`simplify.ts`).
 * - What depends on frozen state alone is computed when that state is written (`frozen.ts`).
 *
 * Values are those of the recorded operations within rounding. What functions of the program change
 * in different ways stays as it was recorded.
 */
export function lean(functions: readonly RecordedFunction[]): LeanGraph {
  const plans = agreeing(functions, functions.map(planOf));
  const [first] = plans.filter(({ groups }) => groups.length > 0);
  const [moving] = plans.filter(({ running }) => running.length > 0);
  const layout: Layout = {
    groups: (first?.groups ?? []).map(packsOf),
    running: moving === undefined ? null : makePack('pack/running', moving.running),
  };
  const packs = packsIn(layout);
  const changing = new Set([
    ...functions.flatMap(({ writes }) => Object.keys(writes)),
    ...packs.map(({ key }) => key),
  ]);
  const ready = prepared(
    functions.map((recorded, index) => simplify(rewritten(recorded, plans[index] as Plan, layout))),
    changing,
  );
  return { functions: ready.functions, packs, more: ready.state, sources: ready.sources };
}

function packsOf({ updates }: Group, index: number): readonly Pack[] {
  const [{ keys }] = updates as readonly [RecordedUpdate];
  return keys.map((_, slot) =>
    makePack(
      `pack/${index}.${slot}`,
      updates.map((update) => ({ key: update.keys[slot] as string, shape: update.shape })),
    ),
  );
}

/**
 * All functions must see one layout: a step on the last, smaller batch updates as any other does.
 * Where they disagree, or one writes such state in another way, nothing is packed.
 */
function agreeing(functions: readonly RecordedFunction[], plans: readonly Plan[]): readonly Plan[] {
  /** Whether all functions that write the state in some plan have one layout for it. */
  const agree = (
    keysOf: (plan: Plan) => readonly string[],
    layoutOf: (plan: Plan) => unknown,
  ): boolean => {
    const keys = plans.flatMap(keysOf);
    const writers = plans.filter((_, index) =>
      keys.some((key) => key in (functions[index] as RecordedFunction).writes),
    );
    return new Set(writers.map((plan) => JSON.stringify(layoutOf(plan)))).size <= 1;
  };
  const groups = agree(
    (plan) => plan.groups.flatMap(({ updates }) => updates.flatMap(({ keys }) => keys)),
    (plan) => plan.groups.map(({ updates }) => updates.map(({ rule, keys }) => [rule, ...keys])),
  );
  const running = agree(runningKeys, runningKeys);
  return plans.map((plan) => ({
    groups: groups ? plan.groups : [],
    running: running ? plan.running : [],
  }));
}

const runningKeys = ({ running }: Plan) => running.map(({ key }) => key);

/** Notes that the function keeps to: their results are what it writes. */
function planOf(recorded: RecordedFunction): Plan {
  const byName = new Map<string, RecordedOperation>();
  for (const node of recorded.nodes) if (node.kind === 'op') byName.set(node.name, node);
  const groups = new Map<string, { updates: RecordedUpdate[]; guard: Edge | null }>();
  for (const update of recorded.notes.updates) {
    const guard = guardOf(update, recorded, byName);
    if (guard === undefined) continue;
    const { rule, numbers, scalars, keys } = update;
    const key = JSON.stringify([rule, numbers, scalars, guard, keys.length]);
    const group = groups.get(key) ?? { updates: [], guard };
    group.updates.push(update);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], running: runningOf(recorded, byName) };
}

/**
 * Null where the function writes an update's results as they are; the condition where it writes
 * them or, all under one condition, the old values; undefined where it does something else.
 */
function guardOf(
  { keys, results }: RecordedUpdate,
  { name, writes }: RecordedFunction,
  byName: ReadonlyMap<string, RecordedOperation>,
): Edge | null | undefined {
  const guards = keys.map((key, slot): Edge | null | undefined => {
    const written = writes[key];
    const result = keyOfEdge(results[slot] as Edge);
    if (written === undefined) return undefined;
    if (keyOfEdge(written) === result) return null;
    const choice = byName.get(written.node);
    if (choice?.op !== 'SelectV2') return undefined;
    const [condition, ifTrue, ifFalse] = choice.inputs as [Edge, Edge, Edge];
    const chooses = keyOfEdge(ifTrue) === result && ifFalse.node === readNode(name, key);
    return chooses ? condition : undefined;
  });
  const [first] = guards;
  const text = (guard: Edge | null | undefined) => JSON.stringify(guard);
  return guards.every((guard) => text(guard) === text(first)) ? first : undefined;
}

/** Of one batch norm in training mode both statistics move, by the same share, and once. */
function runningOf(
  recorded: RecordedFunction,
  byName: ReadonlyMap<string, RecordedOperation>,
): readonly RecordedRunning[] {
  const uses = countUses(recorded);
  const moves = recorded.notes.running.filter(({ key, batch, result }) => {
    const written = recorded.writes[key];
    const norm = byName.get(batch.node);
    return (
      written !== undefined &&
      keyOfEdge(written) === keyOfEdge(result) &&
      norm?.op === 'FusedBatchNormV3' &&
      (batch.index === 1 || batch.index === 2) &&
      // Nothing else looks at the statistics of the batch, which the norm then no longer gives.
      uses.get(keyOfEdge(batch)) === 1
    );
  });
  const byNorm = Map.groupBy(moves, ({ batch }) => batch.node);
  return [...byNorm.values()].flatMap((pair) => {
    const [mean, variance] = [1, 2].map((index) => pair.find(({ batch }) => batch.index === index));
    if (pair.length !== 2 || mean === undefined || variance === undefined) return [];
    return mean.share === variance.share ? [mean, variance] : [];
  });
}

function rewritten(recorded: RecordedFunction, plan: Plan, layout: Layout): RecordedFunction {
  const { name } = recorded;
  const before = new NodeBuilder(`${name}/unpacked`);
  const after = new NodeBuilder(`${name}/updated`);
  const packs = packsIn(layout);
  const unpacked = unpack(name, packs, before);
  const moved = (edge: Edge): Edge => unpacked.get(edge.node) ?? edge;
  const writes = { ...recorded.writes };
  const joined = joinRunning(plan.running, name, unpacked);
  const nodes = recorded.nodes.map((node): RecordedNode => {
    if (node.kind === 'const') return node;
    const own = joined.get(node.name)?.(node) ?? node;
    return { ...own, inputs: own.inputs.map(moved) };
  });
  if (layout.running !== null && plan.running.length > 0) {
    const { key, size } = layout.running;
    for (const each of plan.running) delete writes[each.key];
    writes[key] = after.concatenate(
      plan.running.map(({ batch }) => batch),
      size,
    );
  }
  const effects: string[] = [];
  const byName = new Map(nodes.map((node) => [node.name, node]));
  plan.groups.forEach((group, index) => {
    const own = layout.groups[index] as readonly Pack[];
    effects.push(...updateGroup(group, own, { name, builder: after, byName, moved }));
    for (const update of group.updates) for (const key of update.keys) delete writes[key];
  });
  const all = { ...recorded, writes };
  return {
    ...all,
    ...movedEnds(all, moved),
    nodes: [...before.nodes, ...nodes, ...after.nodes],
    reads: [...recorded.reads, ...packs.map(({ key }) => key)],
    effects: [...(recorded.effects ?? []), ...effects],
  };
}

/** The values of packed state, by the nodes that read them before. */
function unpack(
  name: string,
  packs: readonly Pack[],
  builder: NodeBuilder,
): ReadonlyMap<string, Edge> {
  const unpacked = new Map<string, Edge>();
  for (const { key, members } of packs) {
    const row = { node: readNode(name, key), index: 0 };
    const parts = builder.split(
      row,
      members.map(({ size }) => size),
    );
    members.forEach((member, index) => {
      const part = parts[index] as Edge;
      const whole = member.shape.length === 1 ? part : builder.reshape(part, member.shape);
      unpacked.set(readNode(name, member.key), whole);
    });
  }
  return unpacked;
}

/** Batch norms that take the old statistics and give the new ones, by their names. */
function joinRunning(
  running: readonly RecordedRunning[],
  name: string,
  unpacked: ReadonlyMap<string, Edge>,
): ReadonlyMap<string, (norm: RecordedOperation) => RecordedOperation> {
  return new Map(
    [...Map.groupBy(running, ({ batch }) => batch.node)].map(([node, [mean, variance]]) => {
      const old = [mean, variance].map((each) =>
        unpacked.get(readNode(name, (each as RecordedRunning).key)),
      ) as readonly Edge[];
      const share = attribute.float('exponential_avg_factor', mean?.share as number);
      return [
        node,
        (norm: RecordedOperation): RecordedOperation => ({
          ...norm,
          attributes: [...norm.attributes, share],
          inputs: [...norm.inputs.slice(0, 3), ...old],
        }),
      ];
    }),
  );
}

/** One operation for all parameters of a group; the names of what changes state. */
function updateGroup(
  { updates, guard }: Group,
  packs: readonly Pack[],
  {
    name,
    builder,
    byName,
    moved,
  }: {
    readonly name: string;
    readonly builder: NodeBuilder;
    readonly byName: ReadonlyMap<string, RecordedNode>;
    readonly moved: (edge: Edge) => Edge;
  },
): readonly string[] {
  const [{ rule, numbers, scalars }] = updates as readonly [RecordedUpdate];
  const [{ key, size }] = packs as readonly [Pack];
  const gradient = flatGradient(
    updates.map((update) => ({ edge: moved(update.gradient), shape: update.shape })),
    size,
    builder,
    byName,
  );
  return rules[rule]({
    ...{ builder, numbers, scalars, gradient, size, guard },
    parameters: { node: readNode(name, key), index: 0 },
    handles: packs.map((pack) => ({ node: stateNodes.handle(pack.key), index: 0 })),
    after: packs.map((pack) => readNode(name, pack.key)),
  });
}

interface Shaped {
  readonly edge: Edge;
  readonly shape: readonly number[];
}

/**
 * All gradients in one row. Where each was multiplied by one and the same scalar (by clipping, by
 * the inverse of the loss scale), the row is.
 */
function flatGradient(
  gradients: readonly Shaped[],
  size: number,
  builder: NodeBuilder,
  byName: ReadonlyMap<string, RecordedNode>,
): Edge {
  const products = gradients.map(({ edge }) => byName.get(edge.node));
  const factors = new Set(
    products.map((node) =>
      node?.kind === 'op' && node.op === 'Mul' && node.inputs.length === 2
        ? keyOfEdge(node.inputs[1] as Edge)
        : null,
    ),
  );
  const [first] = products;
  if (first?.kind === 'op' && factors.size === 1 && !factors.has(null)) {
    const [, factor] = first.inputs as [Edge, Edge];
    if (shapeOf(factor, byName)?.length === 0) {
      const inner = products.map((node, index) => ({
        edge: (node as RecordedOperation).inputs[0] as Edge,
        shape: (gradients[index] as Shaped).shape,
      }));
      return builder.binary('Mul', flatGradient(inner, size, builder, byName), factor, [size]);
    }
  }
  const rows = gradients.map(({ edge, shape }) =>
    shape.length === 1 ? edge : builder.reshape(edge, [-1]),
  );
  return builder.concatenate(rows, size);
}
