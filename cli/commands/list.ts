import { sourceColumn } from '../../app/list/hyper-rows.ts';
import { listedKindNames } from '../../app/list/index.ts';
import type { Description, Facts } from '../../app/list/types.ts';
import { describe, type ListResult, list, listKinds } from '../../app/list.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { renderTable } from '../output/table.ts';
import { linesWithin, textWidth } from '../output/wrap.ts';

export const command = defineCommand({
  name: 'list',
  summary: 'list suites, methods, networks, data sets, recipes, executors; describe one',
  description:
    'Without KIND: the kinds. With KIND: all of them. With NAME: one of them in full, such as the hyper-parameters of a ' +
    'method with defaults, ranges and sources, what fits what, the fields of a recipe.',
  arguments: [
    { name: 'kind', summary: listedKindNames.join(', ') },
    {
      name: 'name',
      summary: 'one of them: kd+lskd, resnet8x4, cifar-240, the path of an own suite',
    },
  ],
  options: {
    plugin: sharedOptions.plugin,
    config: sharedOptions.config,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill list methods', meaning: 'methods and plug-ins' },
    { command: 'redistill list methods dkd+lskd', meaning: 'its hyper-parameters and sources' },
    { command: 'redistill list networks resnet8x4', meaning: 'its maps, and the methods for it' },
  ],
  async run(context, [kind, name], { json, ...options }) {
    if (kind === undefined) return printKinds(context, json);
    const effects = effectsOf(context);
    return name === undefined
      ? printAll(context, await list({ ...options, kind }, effects), json)
      : printOne(context, await describe({ ...options, kind, name }, effects), json);
  },
});

function printKinds(context: CommandContext, json: boolean) {
  const kinds = listKinds();
  if (json) context.json({ schemaVersion, kinds });
  else
    for (const line of renderTable(
      [{ title: 'kind' }, { title: 'what' }],
      kinds.map(({ name, about }) => [name, about]),
    ))
      context.stdout(line);
  return exitCodes.fine;
}

function printAll(context: CommandContext, { kind, columns, items }: ListResult, json: boolean) {
  if (json) {
    const named = items.map(({ name, title, columns: values }) => ({
      name,
      title,
      ...Object.fromEntries(columns.map((column, index) => [column, values[index]])),
    }));
    context.json({ schemaVersion, kind, items: named });
    return exitCodes.fine;
  }
  const titles = ['name', ...columns, 'what'].map((title) => ({ title }));
  const rows = items.map(({ name, title, columns: values }) => [name, ...values, title]);
  for (const line of renderTable(titles, rows)) context.stdout(line);
  return exitCodes.fine;
}

function printOne(context: CommandContext, description: Description, json: boolean) {
  if (json) {
    context.json({ schemaVersion, ...description });
    return exitCodes.fine;
  }
  const { name, title, facts, tables } = description;
  context.stdout(`${name}: ${title}`);
  const stated = facts.filter(([, text]) => text !== '');
  const width = Math.max(0, ...stated.map(([label]) => label.length));
  for (const [label, text] of stated) {
    const [first = '', ...rest] = linesWithin(text, textWidth - width - 2);
    context.stdout(`${`${label}:`.padEnd(width + 2)}${first}`);
    for (const line of rest) context.stdout(' '.repeat(width + 2) + line);
  }
  for (const table of tables.filter(({ rows }) => rows.length > 0)) {
    context.stdout('');
    context.stdout(`${table.title}:`);
    for (const line of factLines(table)) context.stdout(line === '' ? '' : `  ${line}`);
  }
  return exitCodes.fine;
}

/** A table of facts. Sources, which rows share, stand below it, each once, under a number. */
function factLines({ columns, rows }: Facts): readonly string[] {
  const place = columns.indexOf(sourceColumn);
  const sources = [...new Set(rows.flatMap((row) => (place < 0 ? [] : [row[place] ?? ''])))];
  const number = (source = '') => `[${sources.indexOf(source) + 1}]`;
  return [
    ...renderTable(
      columns.map((title, index) => ({ title: index === place ? 'source' : title })),
      rows.map((row) => row.map((cell, index) => (index === place ? number(cell) : cell))),
    ),
    ...(sources.length === 0 ? [] : ['']),
    ...sources.flatMap((source) =>
      linesWithin(source, textWidth - 6).map(
        (line, index) => (index === 0 ? number(source) : '').padEnd(4) + line,
      ),
    ),
  ];
}
