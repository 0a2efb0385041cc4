/**
 * Figures of a semantic segmentation, fractions in [0, 1]; NaN where a class occurs neither here
 * nor there.
 */
export interface SegmentationMetrics {
  /** Share of all counted pixels that are right. */
  readonly aAcc: number;
  /** Means over the classes whose figure is not NaN. */
  readonly mIoU: number;
  readonly mAcc: number;
  readonly mDice: number;
  /** |prediction and truth| / |prediction or truth|, per class. */
  readonly iou: Float64Array;
  /** Share of the class's pixels that were found, per class. */
  readonly accuracy: Float64Array;
  /** 2 |prediction and truth| / (|prediction| + |truth|), per class. */
  readonly dice: Float64Array;
}

export interface ConfusionOptions {
  /** Label of pixels that do not count. */
  readonly ignoreIndex?: number;
  /** ADE20K's convention: label 0 (no class) is ignored and the others move down by one. */
  readonly reduceZeroLabel?: boolean;
}

/**
 * Counts of pixels by true class (row) and predicted class (column) over any number of pictures of
 * any size. As mmseg's `IoUMetric` (mmsegmentation 1.2.2), it sums areas over all pictures before
 * it divides, and ignored pixels count nowhere, whatever was predicted there.
 */
export class ConfusionMatrix {
  readonly classes: number;
  /** Shape [classes, classes]. */
  readonly counts: Float64Array;
  private readonly ignoreIndex: number;
  private readonly reduceZeroLabel: boolean;

  constructor(
    classes: number,
    { ignoreIndex = 255, reduceZeroLabel = false }: ConfusionOptions = {},
  ) {
    this.classes = classes;
    this.counts = new Float64Array(classes * classes);
    this.ignoreIndex = ignoreIndex;
    this.reduceZeroLabel = reduceZeroLabel;
  }

  /**
   * Adds a picture: two maps of the same number of pixels, in the same order.
   *
   * @throws RangeError for maps of different length, and for a class that is none
   */
  add(prediction: ArrayLike<number>, truth: ArrayLike<number>): void {
    const { classes, counts, ignoreIndex } = this;
    if (prediction.length !== truth.length) {
      throw new RangeError(
        `The prediction has ${prediction.length} pixels, but the truth has ${truth.length}.`,
      );
    }
    for (let pixel = 0; pixel < truth.length; pixel += 1) {
      const label = this.labelOf(truth[pixel] as number);
      if (label === ignoreIndex) continue;
      const guess = prediction[pixel] as number;
      if (!isClass(label, classes) || !isClass(guess, classes)) {
        throw new RangeError(
          `Pixel ${pixel} has the label ${truth[pixel]} and the prediction ${guess}, but there are ${classes} classes` +
            ` and the ignored label ${ignoreIndex}.`,
        );
      }
      const cell = label * classes + guess;
      counts[cell] = (counts[cell] as number) + 1;
    }
  }

  /** Pixels of each class that are right, that were predicted, and that are true. */
  areas(): { intersect: Float64Array; predicted: Float64Array; labelled: Float64Array } {
    const { classes, counts } = this;
    const intersect = new Float64Array(classes);
    const predicted = new Float64Array(classes);
    const labelled = new Float64Array(classes);
    for (let row = 0; row < classes; row += 1) {
      for (let column = 0; column < classes; column += 1) {
        const count = counts[row * classes + column] as number;
        labelled[row] = (labelled[row] as number) + count;
        predicted[column] = (predicted[column] as number) + count;
        if (row === column) intersect[row] = count;
      }
    }
    return { intersect, predicted, labelled };
  }

  metrics(): SegmentationMetrics {
    const { intersect, predicted, labelled } = this.areas();
    const perClass = (figure: (both: number, guess: number, truth: number) => number) =>
      intersect.map((both, at) => figure(both, predicted[at] as number, labelled[at] as number));
    const iou = perClass((both, guess, truth) => both / (guess + truth - both));
    const accuracy = perClass((both, _guess, truth) => both / truth);
    const dice = perClass((both, guess, truth) => (2 * both) / (guess + truth));
    return {
      aAcc: sum(intersect) / sum(labelled),
      mIoU: meanOfDefined(iou),
      mAcc: meanOfDefined(accuracy),
      mDice: meanOfDefined(dice),
      iou,
      accuracy,
      dice,
    };
  }

  private labelOf(label: number): number {
    if (!this.reduceZeroLabel || label === this.ignoreIndex) return label;
    return label === 0 ? this.ignoreIndex : label - 1;
  }
}

const isClass = (value: number, classes: number) =>
  Number.isInteger(value) && value >= 0 && value < classes;

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

function meanOfDefined(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return sum(defined) / defined.length;
}
