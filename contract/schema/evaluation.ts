import Type from 'typebox';
import { constant, oneOf, recordOf, ref, type TypeOf } from './define.ts';

export const name = Type.String({ minLength: 1 });

export const count = Type.Integer({ minimum: 0 });

export const percent = Type.Unsafe<number | null>({
  type: ['number', 'null'],
  minimum: 0,
  maximum: 100,
});

export const metrics = recordOf(ref('percent', percent));

export const side = Type.Integer({ minimum: 1, maximum: 640 });

export const picture = Type.Object(
  { mediaType: Type.Enum(['image/png', 'image/jpeg']), base64: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

export const box = Type.Unsafe<[left: number, top: number, width: number, height: number]>({
  type: 'array',
  minItems: 4,
  maxItems: 4,
  items: Type.Number(),
});

export const labels = Type.Array(ref('count', count), {
  minItems: 2,
  description: 'Runs in row order: label, length, label, length, ...; 255 is no class.',
});

export const detection = Type.Object(
  {
    schemaVersion: constant(1),
    task: constant('detection'),
    dataset: ref('name', name),
    split: ref('name', name),
    epoch: ref('count', count),
    pictures: ref('count', count),
    iou: Type.Enum(['bbox', 'segm']),
    metrics: ref('metrics', metrics),
    categories: Type.Array(
      Type.Object(
        {
          name: ref('name', name),
          objects: ref('count', count),
          AP: ref('percent', percent),
          AP50: ref('percent', percent),
          AP75: ref('percent', percent),
          /** By overlaps of masks; absent for detectors of boxes alone. */
          maskAP: Type.Optional(ref('percent', percent)),
          maskAP50: Type.Optional(ref('percent', percent)),
          maskAP75: Type.Optional(ref('percent', percent)),
        },
        { additionalProperties: false },
      ),
    ),
    curves: Type.Array(
      Type.Object(
        {
          iou: Type.Enum(['0.50', '0.75', '0.50:0.95']),
          category: oneOf([ref('name', name), Type.Null()]),
          precision: Type.Array(ref('percent', percent), { minItems: 101, maxItems: 101 }),
          /** What overlaps. Absent: boxes. */
          of: Type.Optional(constant('masks')),
        },
        { additionalProperties: false },
      ),
    ),
    samples: Type.Array(
      Type.Object(
        {
          file: ref('name', name),
          width: ref('side', side),
          height: ref('side', side),
          picture: ref('picture', picture),
          objects: Type.Array(
            Type.Object(
              { box: ref('box', box), category: ref('count', count), crowd: Type.Boolean() },
              { additionalProperties: false },
            ),
          ),
          detections: Type.Array(
            Type.Object(
              {
                box: ref('box', box),
                category: ref('count', count),
                score: Type.Number({ minimum: 0, maximum: 1 }),
              },
              { additionalProperties: false },
            ),
          ),
          /**
           * Of a detector of masks: the category of every pixel, where masks overlap that of the
           * best; masks of detections that are not drawn are left out.
           */
          masks: Type.Optional(
            Type.Object(
              { truth: ref('labels', labels), detections: ref('labels', labels) },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export const segmentation = Type.Object(
  {
    schemaVersion: constant(1),
    task: constant('segmentation'),
    dataset: ref('name', name),
    split: ref('name', name),
    epoch: ref('count', count),
    pictures: ref('count', count),
    metrics: ref('metrics', metrics),
    classes: Type.Array(
      Type.Object(
        {
          name: ref('name', name),
          pixels: ref('count', count),
          IoU: ref('percent', percent),
          accuracy: ref('percent', percent),
        },
        { additionalProperties: false },
      ),
    ),
    samples: Type.Array(
      Type.Object(
        {
          file: ref('name', name),
          width: ref('side', side),
          height: ref('side', side),
          picture: ref('picture', picture),
          truth: ref('labels', labels),
          prediction: ref('labels', labels),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Told apart by `task` first, so that a mistake is told of the branch that was meant. */
export const evaluationArtefact = Type.Unsafe<
  TypeOf<typeof detection> | TypeOf<typeof segmentation>
>({
  $id: 'evaluation-artefact',
  title: 'evaluation.json of a run: what a detection or segmentation trial says beyond its journal',
  type: 'object',
  required: ['schemaVersion', 'task'],
  properties: { schemaVersion: { const: 1 }, task: { enum: ['detection', 'segmentation'] } },
  if: { properties: { task: { const: 'detection' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { $ref: '#/definitions/detection' },
  else: { $ref: '#/definitions/segmentation' },
});
