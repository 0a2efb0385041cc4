import { UsageError } from './errors.ts';

/** Kinds of one sort (methods, tasks ...), by id: each is loaded when it is first asked for. */
export type KindLoaders<Kind> = Readonly<Record<string, () => Promise<Kind>>>;

/** A kind that is not in the table's own source. */
interface AddedKind<Kind> {
  readonly kind: Kind;
  /** The user's file that it comes from. */
  readonly file: string;
}

/**
 * A table of kinds. Ids are known at once, a kind only after `load`. So a process that trains with
 * one method loads that method alone, and no other can change its numbers.
 * Users add kinds of their own (`add`), which are kinds like ours from then on.
 */
export class KindTable<Kind> {
  private readonly sort: string;
  private readonly home: string;
  private readonly loaders: KindLoaders<Kind>;
  private readonly loaded = new Map<string, Kind>();
  private readonly added = new Map<string, AddedKind<Kind>>();

  /**
   * @param sort what one of them is, in a word: `method`
   * @param home the file that names the loaders, from the root of Redistill
   */
  constructor(sort: string, loaders: KindLoaders<Kind>, home = 'Redistill itself') {
    this.sort = sort;
    this.loaders = loaders;
    this.home = home;
  }

  /**
   * In the order of the table; behind them those that users added, by name: in which order files
   * were named decides nothing.
   */
  get ids(): readonly string[] {
    return [...Object.keys(this.loaders), ...[...this.added.keys()].sort()];
  }

  has(id: string): boolean {
    return Object.hasOwn(this.loaders, id) || this.added.has(id);
  }

  /**
   * Adds a user's kind for the rest of the process.
   *
   * @param file the user's file, as messages and lists name it
   * @throws UsageError `KIND_CONFLICT` naming both files, where there is a kind of this id
   */
  add(id: string, kind: Kind, file: string): void {
    this.refuseTaken(id, file);
    this.added.set(id, { kind, file });
  }

  /**
   * @param adding what is to be called so, where it belongs to another table
   * @throws UsageError `KIND_CONFLICT` naming both files, where the table has a kind called `id`
   */
  refuseTaken(id: string, file: string, adding = this.sort): void {
    if (!this.has(id)) return;
    const other = this.fileOf(id) ?? this.home;
    const what = adding === this.sort ? '' : `, as a ${this.sort}`;
    const where = other === file ? 'twice' : `which ${other} has too${what}`;
    throw new UsageError('KIND_CONFLICT', `${file} adds the ${adding} "${id}", ${where}.`, {
      hint: 'Give it another id: an id means one thing in plans, journals and reports.',
    });
  }

  /**
   * The user's file that added `id`; null for a kind of the table's own, and for an unknown one.
   */
  fileOf(id: string): string | null {
    return this.added.get(id)?.file ?? null;
  }

  /** Loads the kinds with these ids; ids that the table does not have are left out. */
  async load(ids: readonly string[] = this.ids): Promise<readonly Kind[]> {
    return Promise.all(ids.filter((id) => this.has(id)).map((id) => this.loadOne(id)));
  }

  private async loadOne(id: string): Promise<Kind> {
    const added = this.added.get(id);
    if (added !== undefined) return added.kind;
    const kind = this.loaded.get(id) ?? (await (this.loaders[id] as () => Promise<Kind>)());
    this.loaded.set(id, kind);
    return kind;
  }

  /**
   * The kind called `id`, or undefined where there is none.
   *
   * @throws TypeError where it was not loaded: a fault of the calling code
   */
  find(id: string): Kind | undefined {
    if (!this.has(id)) return undefined;
    const kind = this.added.get(id)?.kind ?? this.loaded.get(id);
    if (kind === undefined) throw new TypeError(`The ${this.sort} ${id} is used before its load.`);
    return kind;
  }

  /**
   * All kinds, in the order of `ids`.
   *
   * @throws TypeError where one was not loaded: a fault of the calling code
   */
  get all(): readonly Kind[] {
    return this.ids.map((id) => this.find(id) as Kind);
  }
}
