import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NodeClient } from '../node-client.ts';
import { asNodeError } from '../server-exception.ts';

export interface GrantedEngine {
  /** As the client of a node; only `run` and `target` are there. */
  readonly client: NodeClient;
  stop(): Promise<void>;
}

/**
 * A real ClickHouse engine whose user has exactly these rights: `GRANT SELECT ON system.parts`.
 * It lets everybody read `system`, and lists there only what was granted.
 */
export async function startGrantedEngine(grants: readonly string[]): Promise<GrantedEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-granted-'));
  const script = fileURLToPath(new URL('./granted-engine-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, ...grants], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const target = { host: 'engine', port: 1, username: 'default', password: '', secure: false };
  const run: NodeClient['run'] = async (sql) => {
    child.stdin.write(`${JSON.stringify(sql)}\n`);
    const { value } = await lines.next();
    const answer = JSON.parse(value ?? '{"message":"the engine ended"}') as {
      text?: string;
      code?: number;
      message?: string;
    };
    if (answer.text === undefined) {
      const { code = 0, message = '' } = answer;
      throw asNodeError({ code, message }, 'engine:1', 'default');
    }
    const parsed = (answer.text === '' ? { meta: [], data: [] } : JSON.parse(answer.text)) as {
      meta: { name: string }[];
      data: unknown[][];
    };
    return {
      queryId: '',
      columns: parsed.meta.map(({ name }) => name),
      rows: parsed.data,
      elapsedMs: 0,
      waitedMs: 0,
      bodyBytes: answer.text.length,
    };
  };
  const absent = (): never => {
    throw new Error('there is no HTTP here');
  };
  return {
    client: { target, certificate: undefined, run, ping: absent, close: async () => {} },
    async stop() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
