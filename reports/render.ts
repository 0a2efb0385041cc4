import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';

/** A step of the path from the overview to a page. The page itself has no address. */
export interface Crumb {
  readonly text: string;
  readonly href?: string;
}

/** What every page needs besides its own content. */
export interface Frame {
  readonly title: string;
  /** The way from the page's folder to the site's, `''` or `'../'`. */
  readonly root: string;
  /** The page's own address in the site: the navigation marks it. */
  readonly path: string;
  readonly crumbs: readonly Crumb[];
}

/** A file of `reports/templates`, or the text of a template that a page brings itself. */
export type Template = `${string}.njk` | { readonly source: string };

export type Render = (template: Template, frame: Frame, content: object) => string;

/** An entry of the navigation that every page carries. */
export interface NavigationEntry {
  readonly path: string;
  readonly navigation: string;
}

/**
 * The templates of `reports/templates`. Everything they print is escaped; a name they do not know
 * is an error.
 */
export function templates(pages: readonly NavigationEntry[]): Render {
  const folder = fileURLToPath(new URL('./templates', import.meta.url));
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return (template, frame, content) => {
    const values = { ...content, ...frame, pages };
    return typeof template === 'string'
      ? environment.render(template, values)
      : environment.renderString(template.source, values);
  };
}
