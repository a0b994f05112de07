import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { closestName } from './closest-name.ts';
import { renderProblem } from './config-problem.ts';
import { type ConfigSources, maskSecret, resolveConfig } from './resolve-config.ts';
import { setting } from './setting.ts';
import {
  durationMs,
  exactText,
  httpUrl,
  list,
  oneOf,
  onOff,
  port,
  sizeBytes,
  text,
} from './value-kinds.ts';

const Sample = z.object({
  port: setting(port(), {
    env: ['PORT'],
    flag: '--port',
    key: 'listen.port',
    default: '3000',
    unit: 'port',
    doc: 'Port.',
    group: 'A',
  }),
  name: setting(text().optional(), {
    env: ['CASTELLAN_NAME', 'NAME'],
    flag: '--name',
    key: 'name',
    unit: 'text',
    doc: 'Name.',
    group: 'A',
  }),
  secret: setting(oneOf(['one', 'two']).optional(), {
    env: ['CASTELLAN_SECRET'],
    key: 'secret',
    unit: 'text',
    doc: 'Secret.',
    secret: 'value',
    group: 'A',
  }),
});

const file = (entries: Record<string, unknown>) => ({
  path: 'c.yaml',
  entries: Object.entries(entries).map(([key, value], at) => ({
    key,
    value,
    line: at + 1,
    column: 1,
  })),
  problems: [],
});
const sources = (given: Partial<ConfigSources>): ConfigSources => ({
  flags: [],
  env: {},
  ...given,
});

test('the strongest source wins, and says so', () => {
  const check = (given: Partial<ConfigSources>, value: number, kind: string) => {
    const resolved = resolveConfig(Sample, sources(given));
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
    const { values, settings } = resolved.value;
    expect([values.port, settings[0]?.place.kind]).toEqual([value, kind]);
  };
  const flags = [{ name: '--port', value: '1' }];
  const env = { PORT: '2' };
  const config = file({ 'listen.port': 3 });
  check({ flags, env, file: config }, 1, 'flag');
  check({ env, file: config }, 2, 'environment');
  check({ file: config }, 3, 'file');
  check({}, 3000, 'default');
  check({ env: { PORT: '' }, file: config }, 3, 'file');
  check({ env: { PORT: '' } }, 3000, 'default');
  check({ file: file({ 'listen.port': null }) }, 3000, 'default');
  check({ flags: [...flags, { name: '--port', value: '9' }] }, 9, 'flag');
});

test('all problems at once, each with its place and what to do', () => {
  const resolved = resolveConfig(
    Sample,
    sources({
      flags: [
        { name: '--nmae', value: '' },
        { name: '--secret', value: 'x' },
        { name: 'word', value: '' },
      ],
      env: { PORT: 'tcp://10.0.0.1:3000', CASTELLAN_SECRET: 'hunter2' },
      file: file({ 'listen.prot': 1, listen: 2, colour: 3 }),
    }),
  );
  if (resolved.ok) throw new Error('expected problems');
  expect(resolved.error.map(renderProblem)).toEqual([
    '--nmae: unknown flag. Did you mean --name?',
    '--secret: unknown flag. A flag would show it in the list of processes; set CASTELLAN_SECRET or secret in the file.',
    'word: unexpected argument.',
    'c.yaml:1:1 (listen.prot): unknown key. Did you mean listen.port?',
    'c.yaml:2:1 (listen): expected a map of settings.',
    'c.yaml:3:1 (colour): unknown key.',
    'PORT: expected a whole number from 0 to 65535, got "tcp://10.0.0.1:3000". If the environment sets it for another purpose (Kubernetes does for a service of that name), use --port or listen.port in the file, and unset it.',
    'CASTELLAN_SECRET: expected one of one, two.',
  ]);
});

test('doubtful variables are warnings', () => {
  const check = (env: Record<string, string>, expected: string[]) => {
    const resolved = resolveConfig(Sample, sources({ env, otherEnv: ['CASTELLAN_URL'] }));
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
    expect(resolved.value.warnings.map(renderProblem)).toEqual(expected);
  };
  check({ CASTELLAN_URL: 'x', OTHER: 'y' }, []);
  check({ CASTELLAN_NAMES: 'x' }, [
    'CASTELLAN_NAMES: is not a setting and is ignored. Did you mean CASTELLAN_NAME?',
  ]);
  check({ CASTELLAN_PORT: 'x' }, [
    'CASTELLAN_PORT: is not a setting and is ignored. Did you mean PORT?',
  ]);
  check({ CASTELLAN_FOO: '' }, []);
  check({ CASTELLAN_NAME: 'a', NAME: 'b' }, [
    'NAME: is not used, because CASTELLAN_NAME is set too.',
  ]);
  check({ CASTELLAN_NAME: 'a', NAME: 'a' }, []);
});

test('values by kind', () => {
  const check = (schema: z.ZodType, given: unknown, expected: unknown) => {
    const parsed = schema.safeParse(given);
    expect(parsed.success ? parsed.data : parsed.error.issues[0]?.message).toEqual(expected);
  };
  check(port(), ' 80 ', 80);
  check(port(), 80, 80);
  check(port(), '8e1', 'expected a whole number from 0 to 65535, got "8e1"');
  check(port(), 65_536, 'expected a whole number from 0 to 65535, got "65536"');
  check(port(), '', 'expected a whole number from 0 to 65535, got ""');
  check(port(), [1], 'expected one value, not a list or a map');
  check(durationMs(), '1h30m', 5_400_000);
  check(durationMs(), 0, 0);
  check(durationMs(), 30, '"30" is not a duration; write for example 30d, 12h, 1h30m, 250ms or 0');
  check(durationMs(1_000), '1ms', '"1ms" is too short, at least 1000ms');
  check(sizeBytes(), '8GiB', 8 * 2 ** 30);
  check(sizeBytes(), 1_048_576, 1_048_576);
  check(sizeBytes(10), '1', '"1" is too small, at least 10 bytes');
  check(onOff(), 'ON', true);
  check(onOff(), false, false);
  check(onOff(), 'maybe', 'expected on or off, got "maybe"');
  check(oneOf(['a', 'b']), 'B', 'b');
  check(exactText(), ' a ', ' a ');
  check(list(z.ipv4(), 'an address'), '10.0.0.1, 10.0.0.2,', ['10.0.0.1', '10.0.0.2']);
  check(list(z.ipv4(), 'an address'), ['10.0.0.1'], ['10.0.0.1']);
  check(list(z.ipv4(), 'an address'), '10.0.0.1,x', '"x" is not an address');
  check(httpUrl('http://x'), 'http://u:p@h:8123/?a=1', 'http://u:p@h:8123/?a=1');
  check(
    httpUrl('http://x'),
    'h:8123',
    'expected a URL that starts with http:// or https://, for example http://x',
  );
});

test('secrets are masked', () => {
  const check = (raw: unknown, secret: 'value' | 'url' | undefined, expected: string) =>
    expect(maskSecret(raw, secret)).toBe(expected);
  check('hunter2', 'value', '********');
  check('http://h:8123/', 'url', 'http://h:8123/');
  check('http://u@h:8123/', 'url', 'http://u@h:8123/');
  check('http://u:p@h:8123/', 'url', 'http://u:********@h:8123/');
  check('http://u:p:q@r@h/', 'url', 'http://u:********@h/');
  check('http://h/?user=u&password=p&x=1', 'url', 'http://h/?user=u&password=********&x=1');
  check('http://h/?access_token=p#x', 'url', 'http://h/?access_token=********#x');
  check(['a', 'b'], undefined, 'a, b');
});

test('a password inside a URL never shows, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), (password) => {
      const shown = maskSecret(`http://user:${encodeURIComponent(password)}@host/`, 'url');
      expect(shown).toBe('http://user:********@host/');
    }),
  );
});

test('what a person probably meant', () => {
  const names = [
    '--port',
    '--otlp-http-port',
    'retention.logs',
    'spool.maxBytes',
    'CASTELLAN_HOST',
  ];
  const check = (given: string, expected: string | undefined) =>
    expect(closestName(given, names)).toBe(expected);
  check('--prot', '--port');
  check('--potr', '--port');
  check('retention.log', 'retention.logs');
  check('spool.max_bytes', 'spool.maxBytes');
  check('maxBytes', 'spool.maxBytes');
  check('castellan_hots', 'CASTELLAN_HOST');
  check('--colour', undefined);
  check('x', undefined);
  check('y'.repeat(1_000), undefined);
});
