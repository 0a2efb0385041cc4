import type { SafeTensor } from '../../../../runners/formats/safetensors.ts';
import { zipOf } from '../../data/dense/trees.ts';

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('X'), length, bytes]);
};
const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(5, 'J');
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const tuple = (...items: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]);
const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
const call = (callee: Buffer, ...given: Buffer[]): Buffer =>
  Buffer.concat([callee, tuple(...given), Buffer.from('R')]);

/** Pickled objects by name, in the words of pickles: `cargparse\nNamespace\n)\x81`. */
export type Pickled = Readonly<Record<string, string>>;

const pickled = (objects: Pickled): Buffer[] =>
  Object.entries(objects).map(([name, value]) =>
    Buffer.concat([text(name), Buffer.from(value, 'latin1')]),
  );

/**
 * A state dict as torch.save writes it since PyTorch 1.6: a zip of a pickle and one entry per
 * storage. A storage of one number is expanded to the whole shape.
 *
 * @param among objects in the state dict
 * @param beside objects beside it, which then is under `under`
 */
export function torchZip(
  tensors: Readonly<Record<string, SafeTensor>>,
  among: Pickled = {},
  beside: Pickled | null = null,
  under = 'model',
): Buffer {
  const entries: Record<string, Buffer> = {};
  const items = Object.entries(tensors).map(([name, { shape, data }], key) => {
    entries[`archive/data/${key}`] = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const strides = shape.map((_, axis) =>
      data.length === 1 ? 0 : shape.slice(axis + 1).reduce((size, side) => size * side, 1),
    );
    const storage = tuple(
      text('storage'),
      global('torch', 'FloatStorage'),
      text(String(key)),
      text('cpu'),
      integer(data.length),
    );
    const tensor = call(
      global('torch._utils', '_rebuild_tensor_v2'),
      Buffer.concat([storage, Buffer.from('Q')]),
      integer(0),
      tuple(...shape.map(integer)),
      tuple(...strides.map(integer)),
      Buffer.from([0x89]),
      call(global('collections', 'OrderedDict')),
    );
    return Buffer.concat([text(name), tensor]);
  });
  const weights = Buffer.concat([Buffer.from('}('), ...items, ...pickled(among), Buffer.from('u')]);
  const content =
    beside === null
      ? weights
      : Buffer.concat([
          Buffer.from('}('),
          ...pickled(beside),
          ...[text(under), weights, Buffer.from('u')],
        ]);
  const pickle = Buffer.concat([Buffer.from('\x80\x02', 'latin1'), content, Buffer.from('.')]);
  return zipOf({ 'archive/data.pkl': pickle, ...entries }, false, true);
}
