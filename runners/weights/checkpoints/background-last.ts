import type { FileTensor } from './tensors.ts';

/** A network's tensors with the rows that they have here, by name. */
export type RowsOf = (tensors: ReadonlyMap<string, FileTensor>) => ReadonlyMap<string, FileTensor>;

/**
 * Heads of regions whose first class is the background, as mmdetection had them before version 2:
 * here it is the last class of a box head's scores, and has neither box nor mask.
 *
 * The official converter, mmdetection v3.3.0 tools/model_converters/upgrade_model_version.py, drops
 * the rows of the last class from the biases of boxes and masks, and those of the background from
 * their weights; here those of the background go from both.
 */
export const backgroundLast: RowsOf = (tensors) => {
  const rowsBefore = [...tensors].find(([name]) => name.endsWith('fc_cls.bias'))?.[1].shape[0];
  if (rowsBefore === undefined) return tensors;
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const rows = tensor.shape[0] ?? 0;
      if (/\.fc_cls\.(weight|bias)$/.test(name)) return [name, cut(tensor, 1, true)];
      const known =
        (/\.fc_reg\.(weight|bias)$/.test(name) && rows === boxValues * rowsBefore) ||
        (/\.conv_logits\.(weight|bias)$/.test(name) && rows === rowsBefore);
      return [name, known ? cut(tensor, rows / rowsBefore, false) : tensor];
    }),
  );
};

/** Of a class's box. One box for all classes has no background. */
const boxValues = 4;

/** @param kept whether the first rows become the last; otherwise they are left out */
function cut(tensor: FileTensor, first: number, kept: boolean): FileTensor {
  const [rows = 0, ...inner] = tensor.shape;
  const from = first * inner.reduce((size, side) => size * side, 1);
  return {
    type: tensor.type,
    shape: kept ? tensor.shape : [rows - first, ...inner],
    values() {
      const values = tensor.values();
      const rest = values.slice(from);
      if (!kept) return rest;
      const result = new Float32Array(values.length);
      result.set(rest);
      result.set(values.subarray(0, from), rest.length);
      return result;
    },
  };
}
