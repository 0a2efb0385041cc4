/** Kinds of one sort (methods, tasks ...), by id: each is loaded when it is first asked for. */
export type KindLoaders<Kind> = Readonly<Record<string, () => Promise<Kind>>>;

/**
 * A table of kinds. Ids are known at once, a kind only after `load`. So a process that trains with
 * one method loads that method alone, and no other can change its numbers.
 */
export class KindTable<Kind> {
  /** In the order of the table. */
  readonly ids: readonly string[];
  private readonly sort: string;
  private readonly loaders: KindLoaders<Kind>;
  private readonly loaded = new Map<string, Kind>();

  /** @param sort what one of them is, in a word: `method` */
  constructor(sort: string, loaders: KindLoaders<Kind>) {
    this.sort = sort;
    this.loaders = loaders;
    this.ids = Object.keys(loaders);
  }

  has(id: string): boolean {
    return Object.hasOwn(this.loaders, id);
  }

  /** Loads the kinds with these ids; ids that the table does not have are left out. */
  async load(ids: readonly string[] = this.ids): Promise<readonly Kind[]> {
    return Promise.all(ids.filter((id) => this.has(id)).map((id) => this.loadOne(id)));
  }

  private async loadOne(id: string): Promise<Kind> {
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
    const kind = this.loaded.get(id);
    if (kind === undefined) throw new TypeError(`The ${this.sort} ${id} is used before its load.`);
    return kind;
  }
}
