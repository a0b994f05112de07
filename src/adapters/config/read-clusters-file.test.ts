import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderProblem } from '../../model/config/config-problem.ts';
import { readClustersFile } from './read-clusters-file.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castellan-clusters-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function read(text: string, env: Record<string, string> = {}) {
  const path = join(root, 'clusters.yaml');
  writeFileSync(path, text);
  return readClustersFile(path, env);
}

test('clusters with their defaults, and secrets from where the file says', () => {
  writeFileSync(join(root, 'secret.txt'), 'from a file \n');
  writeFileSync(join(root, 'ca.pem'), 'PEM');
  const result = read(
    `clusters:
  - name: Production EU
    host: db1.example.com
    port: 8443
    secure: true
    passwordEnv: DB_PASSWORD
    tls: { caFile: ca.pem, serverName: db }
    nodes: [{ host: db1, port: 8443 }]
    intended: [{ check: replica-readonly, node: "db1:8443", note: on purpose }]
  - { id: other, name: Other, host: db2, port: 8123, passwordFile: secret.txt, paused: true }
`,
    { DB_PASSWORD: 'from the environment' },
  );
  if (!result.ok) throw new Error(result.error.map(renderProblem).join('\n'));
  expect(result.value).toEqual([
    {
      id: 'file-production-eu',
      paused: false,
      intended: [
        {
          check: 'replica-readonly',
          subject: { node: 'db1:8443' },
          kind: 'intended',
          note: 'on purpose',
        },
      ],
      settings: {
        name: 'Production EU',
        host: 'db1.example.com',
        port: 8443,
        username: 'default',
        password: 'from the environment',
        secure: true,
        tls: { ca: 'PEM', serverName: 'db' },
        nodes: [{ host: 'db1', port: 8443 }],
        labels: {},
      },
    },
    {
      id: 'other',
      paused: true,
      intended: [],
      settings: expect.objectContaining({ name: 'Other', password: 'from a file ' }),
    },
  ]);
});

test('what does not hold is named with its line', () => {
  const check = (text: string, ...expected: RegExp[]) => {
    const result = read(text);
    const problems = result.ok ? [] : result.error.map(renderProblem);
    expect(problems).toHaveLength(expected.length);
    for (const [at, each] of expected.entries()) expect(problems[at]).toMatch(each);
  };
  check('clusters:\n  - { name: A, host: a, port: 8123 }\n');
  check('', /clusters\.yaml:1:1.*clusters/);
  check('clusters: [', /clusters\.yaml:1:\d+/);
  check(
    'clusters:\n  - name: A\n    host: a\n    port: 0\n    pasword: x\n',
    /:4:11 \(clusters\[0\]\.port\)/,
    /:5:14 \(clusters\[0\]\.pasword\): unknown key/,
  );
  check(
    'clusters:\n  - { name: A, host: a, port: 1 }\n  - { name: A, host: b, port: 1 }\n',
    /:3:13 .*earlier cluster with the name or id of "A"/,
  );
  check(
    'clusters:\n  - { name: A, host: a, port: 1, passwordFile: none.txt }\n',
    /"none\.txt" cannot be read: ENOENT/,
  );
  check(
    'clusters:\n  - { name: A, host: a, port: 1, passwordEnv: NO_SUCH }\n',
    /the variable NO_SUCH is not set/,
  );
  check(
    'clusters:\n  - name: A\n    host: http://a\n    port: 1\n',
    /:3:11 \(clusters\[0\]\.host\): expected a host name or an IP address alone/,
  );
  check('clusters:\n  - { name: A, host: "fe80::1%eth0", port: 1 }\n');
  check(
    'clusters:\n  - name: A\n    host: a\n    port: 1\n    intended:\n      - check: nonsense\n',
    /:6:16 \(clusters\[0\]\.intended\[0\]\.check\): there is no check "nonsense"/,
  );
  const absent = readClustersFile(join(root, 'none'), {});
  expect(absent.ok ? '' : renderProblem(absent.error[0]!)).toMatch(
    /none:1:1: cannot be read: ENOENT/,
  );
});
