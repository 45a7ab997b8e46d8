/** Anything as plain JSON, bounded, and without what may be a secret. */
import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { type Plain, toPlain } from '../../src/inspection/index.ts';

const sizeOf = (value: Plain): number => JSON.stringify(value).length;

describe('what may be a secret', () => {
  it('is hidden: every value of an environment, however it is written', () => {
    expect(
      toPlain({ command: { env: { PATH: '/bin', HOME: '/root' } }, environment: ['A=1', 'B=two'] }),
    ).toEqual({
      command: { env: { PATH: '(hidden)', HOME: '(hidden)' } },
      environment: ['A=(hidden)', 'B=(hidden)'],
    });
    expect(toPlain({ env: new Map([['A', '1']]) })).toEqual({ env: { A: '(hidden)' } });
  });

  it('is hidden: passwords among arguments and in the script of a shell', () => {
    const argv = ['mysqld', '--password=hunter2', '--token', 'abc', '--port', '3306'];
    expect(toPlain({ argv })).toEqual({
      argv: ['mysqld', '--password=(hidden)', '--token', '(hidden)', '--port', '3306'],
    });
    const script = 'exec psql postgres://me:hunter2@db/x --password hunter2 && API_KEY=hunter2 run';
    expect(JSON.stringify(toPlain({ argv: ['sh', '-c', script] }))).not.toContain('hunter2');
  });

  it('is hidden: fields with such names, headers, and the same in messages', () => {
    const told = toPlain({
      password: 'hunter2',
      apiKey: 'hunter2',
      headers: { Authorization: 'Bearer hunter2', 'x-y': 'z' },
      message: 'login failed: {"user":"me","password":"hunter2"}, token: hunter2',
      log: 'GET /\nAuthorization: Basic hunter2\nAccept: text/plain',
      error: new Error('cannot reach redis://:hunter2@host/0'),
      content: 'the hunter2 of a file',
    });
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(told).toMatchObject({ headers: { 'x-y': 'z' } });
    expect(JSON.stringify(told)).toContain('Accept: text/plain');
  });

  it('is told where nobody wants it hidden', () => {
    expect(toPlain({ env: { A: '1' }, password: 'x' }, { redact: false })).toEqual({
      env: { A: '1' },
      password: 'x',
    });
  });

  it('leaves alone what only sounds like it', () => {
    const value = { key: 'ArrowUp', monkey: 'banana', status: 'its token was lost' };
    expect(toPlain(value)).toEqual(value);
  });
});

describe('whatever is no JSON', () => {
  it('has a word for it', () => {
    const actor = createActor(createMachine({}), { id: 'web' });
    function work() {}
    expect(
      toPlain({
        big: 12n,
        when: new Date(0),
        never: new Date(Number.NaN),
        error: new TypeError('no'),
        map: new Map<unknown, unknown>([
          ['a', 1],
          [{}, 2],
        ]),
        set: new Set([1, 2]),
        pattern: /a+/g,
        work,
        actor,
        bytes: new Uint8Array(5),
        infinite: Number.POSITIVE_INFINITY,
        symbol: Symbol('s'),
        gone: undefined,
        none: null,
        promise: Promise.resolve(),
      }),
    ).toEqual({
      big: '12n',
      when: '1970-01-01T00:00:00.000Z',
      never: '(no date)',
      error: 'TypeError: no',
      map: { a: 1, '(object)': 2 },
      set: [1, 2],
      pattern: '/a+/g',
      work: '(function work)',
      actor: '(actor web)',
      bytes: '(5 bytes)',
      infinite: 'Infinity',
      symbol: 'Symbol(s)',
      none: null,
      promise: '(Promise)',
    });
  });

  it('is cut where it goes round in circles, and told twice where it only is there twice', () => {
    const circle: Record<string, unknown> = { name: 'a' };
    circle['self'] = circle;
    const shared = { x: 1 };
    expect(toPlain({ circle, one: shared, two: shared })).toEqual({
      circle: { name: 'a', self: '(circular)' },
      one: { x: 1 },
      two: { x: 1 },
    });
  });

  it('runs nobody else’s code, and bears what throws', () => {
    let calls = 0;
    const getter = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        calls += 1;
        throw new Error('never');
      },
    });
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    const json = {
      toJSON: () => {
        calls += 1;
      },
      a: 1,
    };
    expect(toPlain({ getter, hostile, a: json.a })).toEqual({
      getter: { x: '(getter)' },
      hostile: '(unreadable)',
      a: 1,
    });
    expect(calls).toBe(0);
  });

  it('keeps names that would be somebody’s prototype', () => {
    const value = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
    const plain = toPlain(value);
    expect(JSON.stringify(plain)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('the size of it', () => {
  it('is bounded in depth, breadth and number', () => {
    let deep: unknown = 'end';
    for (let n = 0; n < 10_000; n += 1) deep = { deep };
    expect(sizeOf(toPlain(deep))).toBeLessThan(200);
    const wide = toPlain({ list: Array.from({ length: 1e6 }, (_, n) => n) }) as { list: Plain[] };
    expect(wide.list.length).toBe(101);
    expect(wide.list.at(-1)).toBe('(999900 more)');
    const row = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`k${n}`, n]));
    const table = Array.from({ length: 90 }, () => ({ ...row }));
    expect(sizeOf(toPlain({ table }, { values: 500 }))).toBeLessThan(12_000);
    expect(toPlain('x'.repeat(5_000))).toBe(`${'x'.repeat(2_000)}… (3000 more characters)`);
  });
});

describe('what never changes', () => {
  const work = (options: object) => {
    let calls = 0;
    const spec = { name: 'web', argv: ['a', 'b'], deep: { er: { still: 1 } } };
    const counted = new Proxy(spec, {
      ownKeys: (target) => {
        calls += 1;
        return Reflect.ownKeys(target);
      },
    });
    const cache = new WeakMap();
    const tell = (count: number) => toPlain({ count, spec: counted }, { cache, ...options });
    return { tell, calls: () => calls };
  };

  it('is told again without being looked at again', () => {
    const { tell, calls } = work({ isImmutable: true });
    const first = tell(1) as { readonly spec: Plain };
    const before = calls();
    const second = tell(2) as { readonly spec: Plain };
    expect(calls()).toBe(before);
    expect(second).toMatchObject({ count: 2, spec: { name: 'web', deep: { er: { still: 1 } } } });
    expect(second.spec).toBe(first.spec);
  });

  it('is looked at again where nobody promised that', () => {
    const { tell, calls } = work({});
    tell(1);
    const before = calls();
    tell(2);
    expect(calls()).toBeGreaterThan(before);
  });

  it('is not taken for known where more of it is wanted, or where it was cut by a circle', () => {
    const cache = new WeakMap();
    const deep = { a: { b: { c: { d: 1 } } } };
    const options = { cache, isImmutable: true };
    expect(toPlain({ x: { y: deep } }, { ...options, depth: 4 })).toEqual({
      x: { y: { a: { b: '{…}' } } },
    });
    expect(toPlain(deep, { ...options, depth: 8 })).toEqual(deep);
    expect(toPlain({ deep }, { ...options, depth: 8 })).toEqual({ deep });
    const circle: Record<string, unknown> = {};
    const inner = { circle };
    circle['inner'] = inner;
    expect(toPlain(circle, options)).toEqual({ inner: { circle: '(circular)' } });
    expect(toPlain(inner, options)).toEqual({ circle: { inner: '(circular)' } });
  });

  it('keeps an environment hidden, also where its object is known from elsewhere', () => {
    const cache = new WeakMap();
    const options = { cache, isImmutable: true };
    const variables = { HOME: '/root' };
    expect(toPlain({ variables }, options)).toEqual({ variables: { HOME: '/root' } });
    expect(toPlain({ env: variables }, options)).toEqual({ env: { HOME: '(hidden)' } });
    expect(toPlain({ variables }, options)).toEqual({ variables: { HOME: '/root' } });
  });

  it('gives a large part no more than its share', () => {
    const large = Object.fromEntries(
      Array.from({ length: 90 }, (_, n) => [`k${n}`, { n, m: [n] }]),
    );
    const plain = toPlain(
      { large, count: 7, small: { a: { b: 1 } }, last: 'here' },
      { values: 60 },
    );
    expect(plain).toMatchObject({ count: 7, small: { a: { b: 1 } }, last: 'here' });
    expect(Object.keys((plain as { large: object }).large).length).toBeGreaterThan(20);
  });
});
