import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  brotliCompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import fc from 'fast-check';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts';
import { BlockDecoder, encodeBlock } from './compressed-blocks.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
  await engine.client.command({ query: 'CREATE TABLE z (a String) ENGINE = MergeTree ORDER BY a' });
});
afterAll(() => engine.stop());

const decodeBlocks = async (bytes: Buffer): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of Readable.from([bytes]).pipe(new BlockDecoder())) parts.push(part);
  return Buffer.concat(parts);
};

test('the official client with compression both ways', async () => {
  const { url, username, password, database } = engine.engine.connection;
  const client = createClient({
    url,
    username,
    password,
    database,
    compression: { request: true, response: true },
    log: { level: ClickHouseLogLevel.OFF },
  });
  await client.insert({ table: 'z', values: [{ a: 'gzip' }], format: 'JSONEachRow' });
  const answer = await client.query({
    query: "SELECT a FROM z WHERE a = 'gzip'",
    format: 'JSONEachRow',
  });
  expect(await answer.json()).toEqual([{ a: 'gzip' }]);
  const failing = await client.query({
    query: 'SELECT throwIf(number = 3000000), number FROM numbers(10000000)',
    format: 'JSONEachRow',
  });
  await expect(failing.json()).rejects.toThrow(/throwIf|aborted/);
  await client.close();
});

test('bodies by Content-Encoding', async () => {
  const check = async (coding: string, body: Buffer) => {
    const answer = await engine.http({
      url: { query: 'INSERT INTO z FORMAT CSV' },
      body,
      headers: { 'content-encoding': coding },
    });
    expect([answer.status, answer.text], coding).toEqual([200, '']);
    expect(await engine.text(`SELECT count() FROM z WHERE a = 'in ${coding}'`)).toBe('1');
  };
  const row = (coding: string) => Buffer.from(`"in ${coding}"\n`);
  await check('gzip', gzipSync(row('gzip')));
  await check('deflate', deflateSync(row('deflate')));
  await check('br', brotliCompressSync(row('br')));
  await check('zstd', zstdCompressSync(row('zstd')));
  await check('lz4', compressFrameSync(row('lz4')));
  const unknown = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV' },
    body: 'x',
    headers: { 'content-encoding': 'xz' },
  });
  expect([unknown.status, unknown.text]).toEqual([
    415,
    expect.stringContaining('"xz" is not supported'),
  ]);
  const broken = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV' },
    body: 'not gzip',
    headers: { 'content-encoding': 'gzip' },
  });
  expect(broken.text).toContain('cannot be decompressed');
  const cut = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV' },
    body: gzipSync('"cut"\n'.repeat(1000)).subarray(0, 30),
    headers: { 'content-encoding': 'gzip' },
  });
  expect(cut.status).toBe(500);
  expect(await engine.text("SELECT count() FROM z WHERE a = 'cut'")).toBe('0');
});

test('answers by Accept-Encoding, only when asked for', async () => {
  const query = 'SELECT number FROM numbers(400000)';
  const expected = Array.from({ length: 400_000 }, (_, n) => `${n}\n`).join('');
  // fetch decodes what it knows; curl hands over the bytes as they came.
  const raw = (accept: string, url: Record<string, string>): Buffer => {
    const { url: base, username, password } = engine.engine.connection;
    const params = new URLSearchParams({ query, ...url });
    return execFileSync(
      'curl',
      [
        '-s',
        '-u',
        `${username}:${password}`,
        '-H',
        `Accept-Encoding: ${accept}`,
        `${base}/?${params}`,
        '--data',
        '',
      ],
      { maxBuffer: 64 * 2 ** 20 },
    );
  };
  const on = { enable_http_compression: '1' };
  const check = (name: string, bytes: Buffer) =>
    expect(bytes.toString() === expected, name).toBe(true);
  check('gzip', gunzipSync(raw('gzip', on)));
  check('deflate', inflateSync(raw('deflate', on)));
  check('zstd', zstdDecompressSync(raw('zstd', on)));
  check('lz4', lz4Frames(raw('lz4', on)));
  check('off', raw('gzip', {}));
  check('unknown', raw('snappy', on));
  check('blocks', await decodeBlocks(raw('', { compress: '1' })));
});

/** One frame after the other: the library decodes one at a time. */
function lz4Frames(bytes: Buffer): Buffer {
  const magic = Buffer.from([0x04, 0x22, 0x4d, 0x18]);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(magic, at + 4);
    parts.push(decompressFrameSync(bytes.subarray(at, next < 0 ? bytes.length : next)));
    at = next < 0 ? bytes.length : next;
  }
  return Buffer.concat(parts);
}

test('ClickHouse blocks: insert, select, broken checksum', async () => {
  const body = encodeBlock(Buffer.from('"in blocks"\n'));
  const stored = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV', decompress: '1' },
    body,
  });
  expect([stored.status, stored.text]).toEqual([200, '']);
  expect(await engine.text("SELECT count() FROM z WHERE a = 'in blocks'")).toBe('1');
  body[30] = (body[30] ?? 0) ^ 1;
  const broken = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV', decompress: '1' },
    body,
  });
  expect(broken.text).toContain('Code: 40.');
  const short = await engine.http({
    url: { query: 'INSERT INTO z FORMAT CSV', decompress: '1' },
    body: body.subarray(0, 20),
  });
  expect(short.text).toContain('Code: 271.');
});

test('the engine itself wrote these blocks: its checksums are ours', async () => {
  const { client } = engine;
  for (const codec of ['LZ4', 'ZSTD', 'NONE']) {
    const table = `codec_${codec.toLowerCase()}`;
    await client.command({
      query: `CREATE TABLE ${table} (a String CODEC(${codec})) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0, replace_long_file_name_to_hash = 0`,
    });
    // One block each of many lengths, so that every branch of the hash is used.
    for (const rows of [1, 2, 7, 30, 500])
      await client.command({
        query: `INSERT INTO ${table} SELECT repeat(toString(rand()), ${rows}) FROM numbers(${rows})`,
      });
    const [path = ''] = (
      await engine.text(
        `SELECT arrayElement(data_paths, 1) FROM system.tables WHERE name = '${table}'`,
      )
    ).split('\n');
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^all.*\/a\.bin$/.test(name),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const plain = await decodeBlocks(readFileSync(join(path, file)));
      expect(plain.length, `${codec} ${file}`).toBeGreaterThan(0);
    }
  }
});

test('what is encoded is decoded, at every length and cut anywhere', async () => {
  const bytes = fc.uint8Array({ maxLength: 3_000 }).map((each) => Buffer.from(each));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 700 }), async (plain, step) => {
      const coded = encodeBlock(plain);
      const pieces = Array.from({ length: Math.ceil(coded.length / step) }, (_, n) =>
        coded.subarray(n * step, (n + 1) * step),
      );
      const parts: Buffer[] = [];
      for await (const part of Readable.from(pieces).pipe(new BlockDecoder())) parts.push(part);
      expect(Buffer.concat(parts).equals(plain)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
