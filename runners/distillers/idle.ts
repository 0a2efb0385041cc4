/**
 * Why a hyper-parameter has no effect beside these resolved values, or null where it has one. A
 * plan that gives one all the same is refused: it would be another trial with the same numbers.
 *
 * @param values resolved hyper-parameters of the method
 * @param place what the method is used with: its plug-ins, or the networks' family
 */
export type IdleRule<Values, Place> = (values: Values, place: Place) => string | null;

/** Rules by option; one without a rule always has an effect. */
export type IdleRules<Values, Place> = {
  readonly [Name in keyof Values]?: IdleRule<Values, Place>;
};

type Numbers<Name extends string> = Readonly<Record<Name, number>>;

/** Without effect where one of these weights is 0. */
export function unless<Name extends string>(
  ...weights: readonly Name[]
): (values: Numbers<Name>) => string | null {
  return (values) => {
    const off = weights.find((name) => values[name] === 0);
    return off === undefined ? null : `${off} is 0`;
  };
}

/** The same where all of these weights are 0. */
export function unlessAny<Name extends string>(
  ...weights: readonly Name[]
): (values: Numbers<Name>) => string | null {
  return (values) =>
    weights.every((name) => values[name] === 0) ? `${weights.join(' and ')} are 0` : null;
}

/** What all of these rules together must be given. */
type Joined<Rule> = [Rule] extends [(values: infer Values, place: infer Place) => string | null]
  ? IdleRule<Values, Place>
  : never;

/** The first reason that one of several rules gives. */
export function firstOf<Rules extends readonly IdleRule<never, never>[]>(
  ...rules: Rules
): Joined<Rules[number]> {
  const first: IdleRule<never, never> = (values, place) => {
    for (const rule of rules) {
      const reason = rule(values, place);
      if (reason !== null) return reason;
    }
    return null;
  };
  return first as Joined<Rules[number]>;
}
