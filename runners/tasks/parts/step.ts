import type { ArrayMap, FunctionSpec, InputMap, InputSpec, Program } from '../../engine/types.ts';
import { type SteppedStudent, stepOfStudents, type Watch } from '../student-step.ts';
import { isNamed, names } from '../students.ts';
import { cutInputs, type Range, rangesOf } from './cut.ts';
import {
  addFunction,
  applyFunction,
  clearFunction,
  functionsOfPart,
  gradientSums,
  partFunctions,
  partInputs,
  type Reached,
  type StepForm,
  specsOfTotals,
} from './recorded.ts';
import { type PartCall, type Parts, type Team, teamOfOne } from './team.ts';

/** A step with batches of the sizes that occur. */
export interface SizedForm<S extends SteppedStudent> extends StepForm<S> {
  /** Pictures of a batch. */
  readonly batches: readonly number[];
}

/** The function of a step on a whole batch. */
export function wholeFunction<S extends SteppedStudent>(
  form: StepForm<S>,
  pictures: number,
  watch: Watch = {},
): FunctionSpec {
  return {
    ahead: form.ahead,
    run: (state, inputs) =>
      stepOfStudents(
        form.students,
        form.terms,
        state,
        inputs,
        form.losses(pictures)(state, inputs),
        watch,
      ),
    inputs: form.inputs(pictures),
  };
}

/** One step's call: its form, its batch, and what is in it. */
export interface PartedCall {
  /** Name of the form. */
  readonly form: string;
  /** Pictures that the inputs have room for. */
  readonly pictures: number;
  /** Pictures that are there, the first ones. Absent: all. */
  readonly present?: number;
  /** Inputs of the whole batch. */
  readonly inputs: InputMap;
}

/** A batch that a step will have, as far as it goes to a GPU before the step. */
export type ComingBatch = Pick<PartedCall, 'form' | 'pictures' | 'inputs'>;

/** The same with the inputs of its first part, whose arrays the step is to have again. */
interface Coming extends ComingBatch {
  readonly first: PartCall;
}

/** The recorded functions of steps whose batches are worked off in parts, and their calls. */
export class PartedSteps<S extends SteppedStudent> {
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  /** What the program's state has beside that of the students. */
  readonly sums: ReturnType<typeof gradientSums>;
  private readonly forms: ReadonlyMap<string, SizedForm<S>>;
  private readonly students: readonly S[];
  private readonly parts: Parts;
  private readonly reached: Reached = { sums: new Set(), changed: new Set() };
  private team: Promise<Team> | null = null;
  /** Of the step after the next one, and of the next one. */
  private announced: Coming | null = null;
  private next: Coming | null = null;

  /** @param forms of the same students */
  constructor(forms: readonly SizedForm<S>[], students: readonly S[], parts: Parts) {
    this.forms = new Map(forms.map((form) => [form.name, form]));
    this.students = students;
    this.parts = parts;
    const functions: Record<string, FunctionSpec> = {};
    for (const form of forms) {
      const [whole] = form.batches as readonly [number];
      const sizes = form.batches.flatMap((batch) => rangesOf(batch, parts.size).map(sizeOf));
      for (const pictures of new Set(sizes)) {
        Object.assign(functions, functionsOfPart(form, pictures, whole, this.reached));
      }
    }
    functions[partFunctions.clear] = clearFunction(this.reached);
    functions[partFunctions.apply] = applyFunction(students, this.reached);
    this.functions = functions;
    this.sums = gradientSums(students);
    if (parts.team !== undefined) functions[partFunctions.add] = addFunction(this.sums);
  }

  /**
   * Says which batch the step after the next one has: its first part goes to a GPU with the last
   * part of the next step, as every part with the one before it.
   */
  announce({ form: name, pictures, inputs }: ComingBatch): void {
    const form = this.forms.get(name) as SizedForm<S>;
    const [range] = rangesOf(pictures, this.parts.size) as readonly [Range];
    const size = sizeOf(range);
    const specs = form.inputs(size);
    this.announced = null;
    if (form.ahead.some((key) => inputs[key] === undefined)) return;
    const own = Object.fromEntries(form.ahead.map((key) => [key, specs[key] as InputSpec]));
    const taken = cutInputs(inputs, form.inputs(pictures), own, pictures, range);
    const functionOf = hasTotals(form) ? partFunctions.totals : partFunctions.gradients;
    const first = { name: functionOf(name, size), inputs: taken };
    this.announced = { form: name, pictures, inputs, first };
  }

  /**
   * One step of every student.
   *
   * @returns what each reports: sums over the parts, which the step has weighted by their pictures
   */
  async step(program: Program, call: PartedCall): Promise<readonly Float32Array[]> {
    this.team ??= this.parts.team?.(program) ?? Promise.resolve(teamOfOne(program));
    const team = await this.team;
    const calls = this.callsOf(call, this.next);
    const coming = this.announced;
    this.next = coming;
    this.announced = null;
    await team.everywhere({ name: partFunctions.clear, inputs: {} });
    const totals = await this.totalsOf(team, call, calls);
    const reports = await team.run(
      calls.map((part) => gradientsCall(call.form, part, totals)),
      coming?.first ?? null,
    );
    await team.gather(Object.keys(this.sums), partFunctions.add);
    const rates = this.students.map((_, index) => names.learningRate(index));
    program.call(
      partFunctions.apply,
      Object.fromEntries(rates.map((name) => [name, call.inputs[name] as Float32Array])),
    );
    const scalers = Object.keys(program.state).filter(isNamed.scaler);
    await team.share([...this.reached.changed, ...scalers]);
    return this.students.map((_, index) => sumOf(reports, `student${index}`));
  }

  /** A team that could not be opened has failed the step that asked for it. */
  close(): void {
    this.team?.then((team) => team.close()).catch(() => {});
  }

  /** @param announced what was said of this step's batch */
  private callsOf(call: PartedCall, announced: Coming | null): readonly Part[] {
    const { form: name, pictures, present = pictures, inputs } = call;
    const form = this.forms.get(name) as SizedForm<S>;
    const whole = form.inputs(pictures);
    const isAnnounced =
      announced?.form === name &&
      announced.pictures === pictures &&
      form.ahead.every((key) => announced.inputs[key] === inputs[key]);
    return rangesOf(pictures, this.parts.size).map((range, index) => {
      const cut = cutInputs(inputs, whole, form.inputs(sizeOf(range)), pictures, range);
      const own = isAnnounced && index === 0 ? { ...cut, ...announced.first.inputs } : cut;
      const filled = Math.min(range.to, present) - Math.min(range.from, present);
      const part = {
        [partInputs.share]: Float32Array.of(filled / present),
        [partInputs.keeps]: Float32Array.of(index === 0 ? 1 : 0),
        [partInputs.first]: Int32Array.of(range.from),
      };
      return { pictures: sizeOf(range), inputs: { ...own, ...part } };
    });
  }

  /** The sums over the batch that losses divide by, as inputs of all parts; none where none do. */
  private async totalsOf(
    team: Team,
    { form: name }: PartedCall,
    calls: readonly Part[],
  ): Promise<InputMap> {
    const asking = Object.keys(specsOfTotals(this.forms.get(name) as SizedForm<S>));
    if (asking.length === 0) return {};
    const found = await team.run(
      calls.map(
        ({ pictures, inputs }): PartCall => ({
          name: partFunctions.totals(name, pictures),
          inputs,
        }),
      ),
      gradientsCall(name, calls[0] as Part, {}),
    );
    return Object.fromEntries(asking.map((input) => [input, sumOf(found, input)]));
  }
}

/** A part of a step's batch with its inputs, the totals aside. */
interface Part {
  readonly pictures: number;
  readonly inputs: InputMap;
}

const gradientsCall = (form: string, { pictures, inputs }: Part, totals: InputMap): PartCall => ({
  name: partFunctions.gradients(form, pictures),
  inputs: { ...inputs, ...totals },
});

const hasTotals = <S extends SteppedStudent>(form: StepForm<S>): boolean =>
  Object.keys(specsOfTotals(form)).length > 0;

const sizeOf = ({ from, to }: Range) => to - from;

/** Sums, in the order of the parts, of what each gave under a name. */
function sumOf(parts: readonly ArrayMap[], name: string): Float32Array {
  const [first, ...others] = parts.map((part) => part[name] as Float32Array);
  const sums = Float64Array.from(first as Float32Array);
  for (const other of others) {
    for (let index = 0; index < sums.length; index += 1) {
      sums[index] = (sums[index] as number) + (other[index] as number);
    }
  }
  return Float32Array.from(sums);
}
