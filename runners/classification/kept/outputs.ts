import { RedistillError } from '../../../common/errors.ts';
import type { KeptOutputs } from '../../../contract/request.ts';
import type { Recipe } from '../../../contract/spec.ts';
import {
  type Batch,
  isStreamed,
  type Normalisation,
  type SplitPictures,
} from '../../data/types.ts';
import type { Distiller } from '../../distillers/types.ts';
import { usesGpu } from '../../engine/tensorflow.ts';
import type { KeptNews } from '../../tasks/types.ts';
import type { Teacher } from '../teacher.ts';
import type { GivenOutputs } from './given.ts';
import type { OutputKeeper } from './keeper.ts';
import { openKeeper } from './open.ts';
import { manyViews } from './views.ts';

export interface TeacherOutputsOptions {
  /** Null: nothing is kept. */
  readonly asked: KeptOutputs | null;
  readonly teacher: Teacher | null;
  readonly pictures: SplitPictures;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly normalisation: Normalisation;
}

/** The students of a program, as far as the teacher's outputs go. */
type Taught = { readonly distiller: Pick<Distiller, 'id' | 'needs'> };

/**
 * A training's access to the teacher's kept outputs. Whether they can be used is decided for each
 * list of students; where not, the step has the teacher's forward pass as ever, and the journal
 * says why.
 */
export class TeacherOutputs {
  private readonly options: TeacherOutputsOptions;
  private keeper: OutputKeeper | null = null;
  private opened: string | null = null;
  private notes: string[] = [];
  private readonly told = new Set<string>();
  private closed = false;

  constructor(options: TeacherOutputsOptions) {
    this.options = options;
  }

  /** What the step of these students is given; undefined where it has the forward pass. */
  givenTo(students: readonly Taught[]): GivenOutputs | undefined {
    const { asked, teacher } = this.options;
    const taught = students.filter(({ distiller }) => distiller.needs.teacher);
    if (asked === null || teacher === null || taught.length === 0) return undefined;
    const given = { classes: teacher.network.classes, patches: pyramidOf(taught) };
    const reason = this.refusal(taught) ?? this.open(given);
    if (reason === null) return given;
    this.note(`the teacher's outputs are computed in every step: ${reason}`);
    return undefined;
  }

  /** Values of a batch's pictures, as a step that is given them takes them. */
  of(batch: Batch): Float32Array {
    return (this.keeper as OutputKeeper).outputsOf(batch);
  }

  news(): KeptNews {
    const { keeper } = this;
    const report = keeper?.takeReport() ?? null;
    if (report !== null && report.damaged > 0) {
      this.notes.push(
        `${report.damaged} kept outputs of the teacher did not have their checksum and were computed again`,
      );
    }
    if (!this.closed && keeper !== null && keeper.closedBecause !== null) {
      this.closed = true;
      this.notes.push(`no further outputs of the teacher are kept: ${keeper.closedBecause}`);
    }
    const { notes } = this;
    this.notes = [];
    return { report, notes };
  }

  close(): void {
    this.keeper?.close();
    this.keeper = null;
  }

  /** Says it once, however often students join and leave. */
  private note(sentence: string): void {
    if (this.told.has(sentence)) return;
    this.told.add(sentence);
    this.notes.push(sentence);
  }

  /** Why these students cannot be given kept outputs; null where they can. */
  private refusal(taught: readonly Taught[]): string | null {
    const { asked, pictures, recipe } = this.options;
    if (usesGpu()) return 'a GPU promises no bits';
    if (isStreamed(pictures)) return 'its pictures are in files';
    const views = manyViews(recipe);
    if (views !== null) return views;
    const reader = taught.find(({ distiller }) => distiller.needs.teacherLogits !== true);
    if (reader !== undefined) return `${reader.distiller.id} reads more than logits`;
    const patched = taught.filter(({ distiller }) => distiller.needs.patches !== null);
    const pyramids = new Set(patched.map(({ distiller }) => distiller.needs.patches?.join()));
    if (pyramids.size > 1) return 'its students read patches of different pyramids';
    const [first] = patched;
    if (first === undefined || asked?.patches === true) return null;
    return `${first.distiller.id} reads patches, which are kept only where asked for`;
  }

  /** Opens the store, once for all lists of students that read the same. */
  private open(given: GivenOutputs): string | null {
    const { asked, teacher, pictures } = this.options;
    const wanted = JSON.stringify(given);
    if (this.keeper !== null && this.opened === wanted) return null;
    this.close();
    try {
      const keeper = openKeeper({
        ...this.options,
        ...{ asked: asked as KeptOutputs, teacher: teacher as Teacher, given },
        pictures: pictures as Parameters<typeof openKeeper>[0]['pictures'],
      });
      if (typeof keeper === 'string') return keeper;
      this.keeper = keeper;
      this.opened = wanted;
      this.note(`the teacher's outputs are kept, for ${keeper.room} of ${pictures.count} pictures`);
      return null;
    } catch (error) {
      if (!(error instanceof RedistillError)) throw error;
      return error.message;
    }
  }
}

/** The pyramid of the first student that reads patches. */
function pyramidOf(taught: readonly Taught[]): readonly number[] | null {
  return (
    taught.map(({ distiller }) => distiller.needs.patches).find((each) => each !== null) ?? null
  );
}
