import type { ArrayMap, FunctionSpec, InputMap, Program } from '../../engine/types.ts';
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

/**
 * The function of a step on a whole batch.
 *
 * @param ahead as in `FunctionSpec`
 */
export function wholeFunction<S extends SteppedStudent>(
  form: StepForm<S>,
  pictures: number,
  ahead: readonly string[],
  watch: Watch = {},
): FunctionSpec {
  return {
    ahead,
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
   * One step of every student.
   *
   * @returns what each reports: sums over the parts, which the step has weighted by their pictures
   */
  async step(program: Program, call: PartedCall): Promise<readonly Float32Array[]> {
    this.team ??= this.parts.team?.(program) ?? Promise.resolve(teamOfOne(program));
    const team = await this.team;
    const calls = this.callsOf(call);
    await team.everywhere({ name: partFunctions.clear, inputs: {} });
    const totals = await this.totalsOf(team, call, calls);
    const reports = await team.run(
      calls.map(({ pictures, inputs }) => ({
        name: partFunctions.gradients(call.form, pictures),
        inputs: { ...inputs, ...totals },
      })),
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

  private callsOf({ form: name, pictures, present = pictures, inputs }: PartedCall) {
    const form = this.forms.get(name) as SizedForm<S>;
    const whole = form.inputs(pictures);
    return rangesOf(pictures, this.parts.size).map((range, index) => {
      const own = cutInputs(inputs, whole, form.inputs(sizeOf(range)), pictures, range);
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
    calls: readonly { readonly pictures: number; readonly inputs: InputMap }[],
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
    );
    return Object.fromEntries(asking.map((input) => [input, sumOf(found, input)]));
  }
}

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
