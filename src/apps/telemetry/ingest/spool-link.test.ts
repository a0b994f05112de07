import { expect, test } from 'vitest';
import type { SpoolRequest } from '../../../adapters/spool/spool.ts';
import { spoolLink } from './spool-link.ts';
import { memorySpool } from './testing/memory-spool.ts';

const request: SpoolRequest = { signal: 'logs', keyId: '', digest: new Uint8Array(), blocks: [] };

test('refuses while there is no spool', async () => {
  const link = spoolLink(700);
  const refused = { kind: 'refused', reason: 'spool_failed', retryAfterMs: 700 };
  expect(await link.append(request)).toMatchObject(refused);
  const spool = memorySpool();
  link.attach(spool);
  expect(await link.append(request)).toMatchObject({ kind: 'kept' });
  link.lose();
  expect(await link.append(request)).toMatchObject(refused);
  expect(spool.requests).toHaveLength(1);
});

test('a mark reaches only the spool that the entry came from', async () => {
  const link = spoolLink(700);
  const [first, second] = [memorySpool(), memorySpool()];
  first.respond = () => Promise.resolve({ kind: 'kept', entry: 7 });
  second.respond = () => Promise.resolve({ kind: 'absorbed', entry: 7 });
  const append = async () => {
    const outcome = await link.append(request);
    return outcome.kind === 'refused' ? 0 : outcome.entry;
  };
  link.attach(first);
  const [marked, late] = [await append(), await append()];
  link.answered(marked);
  link.lose();
  link.attach(second);
  link.answered(late);
  const fresh = await append();
  link.unanswered(fresh);
  link.unanswered(fresh);
  expect([first.answeredEntries, first.unansweredEntries]).toEqual([[7], []]);
  expect([second.answeredEntries, second.unansweredEntries]).toEqual([[], [7]]);
});
