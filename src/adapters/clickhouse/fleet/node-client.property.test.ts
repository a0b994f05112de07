import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectNode } from './node-client.ts';
import { NodeError } from './node-error.ts';
import { compactJson, httpText, startBadServer } from './testing/bad-server.ts';

const good = Buffer.from(
  httpText(compactJson(['reading', 'cells'], [['a', ['1', null]]]), {
    headers: { Date: 'Sat, 21 Nov 2026 04:00:00 GMT', 'X-ClickHouse-Summary': '{"read_rows":"1"}' },
  }),
);

/** A right answer of which some bytes are others, and which may end early. */
const damaged = fc
  .record({
    changes: fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
    length: fc.oneof(fc.constant(good.length), fc.nat(good.length)),
  })
  .map(({ changes, length }) => {
    const bytes = Buffer.from(good);
    for (const [place, byte] of changes) bytes[place] = byte;
    return bytes.subarray(0, length);
  });
const rubbish = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const halfHttp = rubbish.map((bytes) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), bytes]));

test('whatever a server writes, there are rows or a NodeError, and soon', async () => {
  let answer: Buffer = good;
  const server = await startBadServer((socket) => socket.end(answer));
  const limits = { responseMs: 2_000, totalMs: 3_000 };
  const target = { host: '127.0.0.1', port: server.port, username: 'u', password: '' };
  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, rubbish, halfHttp), async (bytes) => {
        answer = bytes;
        const client = connectNode({ ...target, secure: false }, { limits });
        const outcome = await client.run('SELECT 1').then(
          ({ columns, rows }) => rows.every((row) => row.length === columns.length),
          (error: unknown) => error instanceof NodeError && error.message !== '',
        );
        await client.close();
        expect(outcome).toBe(true);
      }),
      { numRuns: 300 },
    );
  } finally {
    await server.stop();
  }
});
