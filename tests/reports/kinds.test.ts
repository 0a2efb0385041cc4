/* Verdicts, outcomes of claims and pages are kinds: what one is stands in its own file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeKinds, outcomes } from '../../reference/claims/outcomes.ts';
import {
  type VerdictKind,
  verdictKinds,
  verdictWords,
} from '../../reference/verdict/words/index.ts';
import { sitePages } from '../../reports/pages/kinds.ts';
import type { SitePage } from '../../reports/pages/types.ts';
import { siteFiles } from '../../reports/site.ts';
import { verdictStyle } from '../../reports/verdict-words.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('no two verdicts look alike or have equal favour, and no two outcomes look alike', () => {
  const kinds = verdictWords.map((word): VerdictKind => verdictKinds[word]);
  const signs: readonly ((kind: VerdictKind) => string | number)[] = [
    ({ symbol }) => symbol,
    ({ mark }) => `${mark.drawn} ${mark.path}`,
    ({ favour }) => favour,
  ];
  for (const sign of signs) assert.equal(new Set(kinds.map(sign)).size, kinds.length);
  const symbols = outcomes.map((outcome) => outcomeKinds[outcome].symbol);
  assert.equal(new Set(symbols).size, symbols.length);
});

test('the compiler names what a verdict lacks, and refuses a word that is none', () => {
  // @ts-expect-error: its favour, its level and the others are missing
  const incomplete: VerdictKind = { symbol: '!', tone: 'neutral', meaning: '' };
  assert.ok(incomplete);
  // @ts-expect-error: no verdict
  assert.throws(() => verdictStyle('mostly'));
});

test('a page is one object: it is in the site and in the navigation, and leaves itself out', async (t) => {
  const page = (id: string, content: object | null): SitePage => ({
    path: `${id}.html`,
    title: `The page ${id}`,
    navigation: `Page ${id}`,
    template: {
      source:
        '{% extends "layout.njk" %}{% block content %}<h1>{{ title }}</h1><p>{{ text }}</p>{% endblock %}',
    },
    content: async () => content,
  });
  sitePages.add('own', page('own', { text: '1 < 2' }), 'own-page.ts');
  sitePages.add('empty', page('empty', null), 'empty-page.ts');
  const workspace = temporaryFolder(t);
  const store = await openStore(databaseFile(workspace), 'write');
  t.after(() => store.close());
  const files = new Map<string, string>();
  for await (const [path, text] of siteFiles(store)) files.set(path, text);
  assert.match(files.get('own.html') ?? '', /<h1>The page own<\/h1><p>1 &lt; 2<\/p>/);
  assert.match(files.get('index.html') ?? '', /<a href="own.html"[^>]*>Page own<\/a>/);
  assert.equal(files.has('empty.html'), false);
  assert.doesNotMatch(files.get('index.html') ?? '', /empty\.html/);
});
