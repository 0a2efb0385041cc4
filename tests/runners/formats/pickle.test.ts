import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DataError } from '../../../common/errors.ts';
import { Inert, InertNames } from '../../../runners/formats/inert.ts';
import { type PickleGlobal, unpickle } from '../../../runners/formats/pickle.ts';

/** Bytes of a pickle: texts as they are, numbers as single bytes. */
const pickle = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
  );
const text = (value: string) => [0x8c, value.length, value] as const;
const read = (bytes: Uint8Array, globals = new Map<string, PickleGlobal>()) =>
  unpickle(bytes, 'file.pth', { globals, inert: new InertNames() }).value;

const refused =
  (pattern: RegExp, code = 'CHECKPOINT_PICKLE') =>
  (error: unknown) =>
    error instanceof DataError && error.code === code && pattern.test(error.message);

describe('a pickle', () => {
  it('gives numbers, texts, lists and dictionaries', () => {
    const bytes = pickle(
      ...[0x80, 4, 0x95, '\0\0\0\0\0\0\0\0', '}', '('],
      ...[...text('n'), '(', 'K', 7, 'M', 1, 2, 'J', '\xff\xff\xff\xff', 't'],
      ...[...text('f'), 'G', '\x3f\xf8\0\0\0\0\0\0'],
      ...[...text('l'), ']', 'N', 'a', '(', 0x88, 0x89, 'e'],
      ...[...text('long'), 0x8a, 2, 0x00, 0x80, 'X', '\x02\0\0\0', 0xc3, 0xab, 'U', 1, 0xeb],
      ...['u', '.'],
    );
    assert.deepEqual(
      read(bytes),
      new Map<unknown, unknown>([
        ['n', [7, 513, -1]],
        ['f', 1.5],
        ['l', [null, true, false]],
        ['long', -32768],
        ['ë', 'ë'],
      ]),
    );
  });

  it('remembers objects, so that two names are one object', () => {
    const value = read(pickle(']', 'q', 5, 'h', 5, 0x86, '.')) as unknown[];
    assert.equal(value[0], value[1]);
  });

  it('keeps large numbers whole', () => {
    assert.equal(
      read(pickle(0x8a, 10, '\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19', '.')),
      0x1950a86a20f9469cfc6cn,
    );
  });

  it('is not executed: what a name outside of the table would make is a placeholder', () => {
    let called = false;
    const globals = new Map<string, PickleGlobal>([
      [
        'known.function',
        {
          kind: 'function',
          call: () => {
            called = true;
          },
        },
      ],
    ]);
    // os.system('id'), as every exploit begins; the second by STACK_GLOBAL.
    for (const bytes of [
      pickle(0x80, 2, 'cposix\nsystem\n', ...text('id'), 0x85, 'R', '.'),
      pickle(0x80, 4, ...text('posix'), ...text('system'), 0x93, ...text('id'), 0x85, 'R', '.'),
    ]) {
      const inert = new InertNames();
      const { value } = unpickle(bytes, 'file.pth', { globals, inert });
      assert.deepEqual(value, new Inert('posix.system'));
      assert.deepEqual(inert.list(), ['posix.system']);
    }
    // A text that looks like a function is none.
    const calledText = pickle(...text('known.function'), ')', 'R', '.');
    assert.throws(() => read(calledText, globals), refused(/calls what is no function/));
    assert.equal(called, false);
  });

  it('makes no object, in whatever way a pickle asks for it', () => {
    const namespace = 'cargparse\nNamespace\n';
    const state = ['}', ...text('lr'), 'K', 1, 's', 'b'] as const;
    const made: readonly (readonly (string | number)[])[] = [
      [namespace, ')', 0x81, ...state, '.'], // NEWOBJ and BUILD
      [namespace, ')', '}', 0x92, ...state, '.'], // NEWOBJ_EX
      ['(', namespace, ...text('x'), 'o', '.'], // OBJ
      ['(', ...text('x'), 'iargparse\nNamespace\n', '.'], // INST
      [namespace, ')', 'R', 'K', 1, 'a', '.'], // REDUCE and APPEND
      [namespace, ')', 'R', 'K', 1, 'K', 2, 's', '.'], // REDUCE and SETITEM
      // How protocol 2 pickles an object of a class without reduction of its own.
      ['ccopyreg\n_reconstructor\n', '(', namespace, 'cbuiltins\nobject\n', 'N', 't', 'R', '.'],
    ];
    for (const parts of made) {
      assert.deepEqual(read(pickle(...parts)), new Inert('argparse.Namespace'));
    }
  });

  it('is refused by opcode where the opcode names what only a process knows', () => {
    for (const [code, name] of [
      [0x82, '82'],
      [0x83, '83'],
      [0x97, '97'],
      ['P', '50'],
    ] as const) {
      assert.throws(() => read(pickle('(', code, '.')), refused(new RegExp(`opcode 0x${name}`)));
    }
    // BUILD sets attributes: on dictionaries it is passed over, elsewhere refused.
    assert.deepEqual(read(pickle('}', '}', 'b', '.')), new Map());
    assert.throws(() => read(pickle(']', '}', 'b', '.')), refused(/sets attributes/));
    assert.throws(() => read(pickle('K', 1, '}', 'b', '.')), refused(/sets attributes/));
  });

  it('is refused where it is cut short or makes no sense', () => {
    const whole = pickle(0x80, 2, '}', '(', ...text('key'), 'K', 7, 'u', '.');
    for (let length = 0; length < whole.length; length += 1) {
      assert.throws(() => read(whole.subarray(0, length)), refused(/truncated/), `${length}`);
    }
    for (const bytes of [
      pickle('.'),
      pickle('a', '.'),
      pickle('t', '.'),
      pickle('K', 1, 'K', 2, 's', '.'),
      pickle('}', '(', 'K', 1, 'u', '.'),
      pickle('h', 3, '.'),
      pickle(0x80, 9, '.'),
      pickle('K', 1, 'Q', '.'),
      pickle('X', '\xff\xff\xff\xff', 'x', '.'),
      pickle(0x8d, '\xff\xff\xff\xff\xff\xff\xff\xff', 'x', '.'),
    ]) {
      assert.throws(
        () => read(bytes),
        refused(/refused at byte/),
        Buffer.from(bytes).toString('hex'),
      );
    }
  });

  it('cannot reach JavaScript objects by their names', () => {
    const value = read(pickle('}', ...text('__proto__'), 'K', 1, 's', '.')) as Map<string, unknown>;
    assert.equal(value.get('__proto__'), 1);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.deepEqual(
      read(pickle('cconstructor\nconstructor\n', ')', 'R', '.')),
      new Inert('constructor.constructor'),
    );
  });
});
