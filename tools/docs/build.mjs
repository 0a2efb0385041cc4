// @ts-check
// Builds the guides of docs/ as a site: `make docs`. The pages load nothing from elsewhere, need no
// script and work from disk.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
// @ts-expect-error: the package has no types.
import Eleventy from '@11ty/eleventy';
import anchor from 'markdown-it-anchor';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = fileURLToPath(new URL('.', import.meta.url));

/** Where the site goes unless told otherwise. */
export const defaultOut = join(root, 'docs/out');

/**
 * @typedef {{ title: string, pages: { file: string, title: string, address: string }[] }} Section
 */

/** The text of a page's first heading. @param {string} file */
function titleOf(file) {
  const heading = /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (heading === undefined) throw new Error(`${file} has no heading "# ..."`);
  return heading.replaceAll('`', '');
}

/**
 * The address in the site of a Markdown file, given from docs/: `README.md` is its folder's index,
 * and a file of the root stands beside the guides.
 *
 * @param {string} file
 */
export function addressOf(file) {
  return file
    .replace(/^\.\.\//, '')
    .replace(/README\.md$/, 'index.md')
    .replace(/\.md$/, '.html');
}

/** Whether a page of the navigation is there; says so where it is not. @param {string} file */
function isWritten(file) {
  const written = existsSync(join(root, 'docs', file));
  if (!written) process.stderr.write(`docs/${file} is not written yet: the site goes without.\n`);
  return written;
}

/** The navigation with titles and addresses. @returns {Section[]} */
function navigation() {
  const sections = parse(readFileSync(join(root, 'docs/navigation.yaml'), 'utf8'));
  return sections.map((/** @type {{ title: string, pages: string[] }} */ { title, pages }) => ({
    title,
    pages: pages.filter(isWritten).map((file) => ({
      file,
      title: titleOf(join(root, 'docs', file)),
      address: addressOf(file),
    })),
  }));
}

/** As GitHub makes the anchors of headings. @param {string} text */
const slug = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/**
 * Where a link of a guide leads in the site: pages to their addresses, files beside them stay, and
 * other files of the checkout are no part of it.
 *
 * @param {string} href
 * @param {string} from the folder of the guide, from docs/
 * @param {ReadonlySet<string>} rootPages files of the root that are pages
 * @returns {string | null} null where the target is not in the site
 */
export function siteHref(href, from, rootPages) {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [path = '', fragment] = href.split('#', 2);
  const target = join(from, path).replace(/\/$/, '/README.md');
  // The picture of the README lies in docs/, and its guides do: from the root they are below docs/.
  const inDocs = target.replace(/^\.\.\/docs\//, '');
  if (inDocs.startsWith('../') && !rootPages.has(inDocs)) return null;
  const here = from === '..' ? '.' : from;
  const address = relative(here, inDocs.endsWith('.md') ? addressOf(inDocs) : inDocs);
  return fragment === undefined ? address : `${address}#${fragment}`;
}

/**
 * Builds the site into an empty folder.
 *
 * @param {string} [out]
 * @returns {Promise<number>} pages written
 */
export async function buildDocs(out = defaultOut) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const sections = navigation();
  const rootPages = new Set(
    sections
      .flatMap(({ pages }) => pages.map(({ file }) => file))
      .filter((file) => file.startsWith('../')),
  );
  const eleventy = new Eleventy(join(root, 'docs'), out, {
    quietMode: true,
    configPath: false,
    config: (/** @type {any} */ config) => configure(config, sections, rootPages),
  });
  const [, written] = await eleventy.write();
  copyFileSync(join(own, 'style.css'), join(out, 'style.css'));
  copyFileSync(join(root, 'docs/report.png'), join(out, 'report.png'));
  return written.flat().filter(Boolean).length;
}

/**
 * @param {any} config Eleventy's
 * @param {Section[]} sections
 * @param {ReadonlySet<string>} rootPages
 */
function configure(config, sections, rootPages) {
  config.setIncludesDirectory('../tools/docs');
  config.setTemplateFormats(['md']);
  config.ignores.add('docs/out');
  config.addGlobalData('layout', 'layout.njk');
  // Guides show the braces of other languages: they are Markdown and nothing else.
  config.addGlobalData('templateEngineOverride', 'md');
  config.addGlobalData('sections', sections);
  /** @param {{ page: { inputPath: string } }} data */
  const address = ({ page }) => addressOf(fileOf(page, rootPages));
  config.addGlobalData('eleventyComputed', {
    address,
    permalink: address,
    root: (/** @type {any} */ data) => '../'.repeat(address(data).split('/').length - 1),
    title: (/** @type {any} */ { page }) => titleOf(join(root, 'docs', fileOf(page, rootPages))),
  });
  for (const file of rootPages) {
    const name = file.slice('../'.length);
    config.addTemplate(name, readFileSync(join(root, name), 'utf8'));
  }
  config.amendLibrary('md', (/** @type {any} */ markdown) => {
    markdown.use(anchor, { slugify: slug, permalink: anchor.permalink.headerLink() });
    markdown.core.ruler.push('site', (/** @type {any} */ { tokens, env }) => {
      const folder = dirname(fileOf(env.page, rootPages));
      for (const token of tokens) {
        for (const child of token.children ?? []) relink(child, folder, rootPages);
      }
    });
    const plain = { open: markdown.renderer.renderToken, close: markdown.renderer.renderToken };
    // A wide table scrolls by itself; the page does not.
    markdown.renderer.rules.table_open = (/** @type {any[]} */ ...rest) =>
      `<div class="wide" tabindex="0">${plain.open.call(markdown.renderer, rest[0], rest[1], rest[2])}`;
    markdown.renderer.rules.table_close = (/** @type {any[]} */ ...rest) =>
      `${plain.close.call(markdown.renderer, rest[0], rest[1], rest[2])}</div>`;
  });
}

/**
 * The Markdown file of a page, from docs/.
 *
 * @param {{ inputPath: string }} page
 * @param {ReadonlySet<string>} rootPages
 */
function fileOf({ inputPath }, rootPages) {
  const file = relative(join(root, 'docs'), resolve(inputPath));
  return rootPages.has(`../${file}`) ? `../${file}` : file;
}

/**
 * A link to what is not in the site stays as text: its path in the checkout.
 *
 * @param {any} token
 * @param {string} folder
 * @param {ReadonlySet<string>} rootPages
 */
function relink(token, folder, rootPages) {
  if (token.type === 'image') {
    token.attrSet('src', siteHref(token.attrGet('src'), folder, rootPages) ?? '');
  }
  if (token.type !== 'link_open') return;
  const href = siteHref(token.attrGet('href'), folder, rootPages);
  if (href === null) token.attrs = [['title', 'a file of the checkout']];
  else token.attrSet('href', href);
}
