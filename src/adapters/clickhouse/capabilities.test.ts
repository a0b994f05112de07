import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ClusterHost,
  judgeCapabilities,
  type ProbeFacts,
  probeCapabilities,
} from './capabilities.ts';
import { startTestEngine, type TestEngine } from './testing/test-engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

test('the embedded engine has text indexes and no cluster', async () => {
  const found = await probeCapabilities(engine.client);
  expect(found).toMatchObject({ textIndexes: true, notes: [] });
  expect(found.version).toMatch(/^\d+\.\d+/);
  expect(found.cluster).toBeUndefined();
});

test('what follows from the facts', () => {
  const check = (
    facts: Partial<ProbeFacts>,
    expected: object,
    notes: RegExp[] = [],
    name?: string,
  ) => {
    const base = {
      version: '26.7.2.1',
      functions: ['hasAllTokens', 'hasAnyTokens'],
      hosts: [],
      macros: ['shard', 'replica'],
      keeper: true,
    };
    const {
      notes: found,
      version: _version,
      ...rest
    } = judgeCapabilities({ ...base, ...facts }, name);
    expect(rest).toEqual(expected);
    expect(found.length).toBe(notes.length);
    notes.forEach((note, i) => {
      expect(found[i]).toMatch(note);
    });
  };
  const host = (cluster: string, shard: number, replica: number, local = false): ClusterHost => ({
    cluster,
    shard,
    replica,
    local,
  });
  const two = [host('default', 1, 1, true), host('default', 1, 2)];
  const four = [host('big', 1, 1, true), host('big', 1, 2), host('big', 2, 1), host('big', 2, 2)];
  const textIndexes = true;
  check({}, { textIndexes });
  check({ version: '26.2.1.5' }, { textIndexes });
  check({ version: '26.1.9.1' }, { textIndexes: false }, [/26\.1\.9\.1 has no text index/]);
  check({ version: '27.1.1.1' }, { textIndexes });
  check({ functions: [] }, { textIndexes: false }, [/no text index/]);
  check({ hosts: two }, { textIndexes, cluster: { name: 'default', shards: 1, replicas: 2 } });
  check(
    { hosts: [...two, ...four] },
    { textIndexes, cluster: { name: 'default', shards: 1, replicas: 2 } },
  );
  check(
    { hosts: [...two, ...four] },
    { textIndexes, cluster: { name: 'big', shards: 2, replicas: 2 } },
    [],
    'big',
  );
  check({ hosts: four }, { textIndexes, cluster: { name: 'big', shards: 2, replicas: 2 } });
  check({ hosts: four }, { textIndexes }, [/no cluster small/], 'small');
  check({ hosts: [host('one', 1, 1, true)] }, { textIndexes });
  check({ hosts: [host('else', 1, 1), host('else', 1, 2)] }, { textIndexes });
  check({ hosts: two, keeper: false }, { textIndexes }, [/lacks Keeper/]);
  check({ hosts: two, macros: ['shard'] }, { textIndexes }, [/lacks the macros replica/]);
});
