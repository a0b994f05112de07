import { NodeError } from '../../../../adapters/clickhouse/fleet/index.ts';
import {
  asNodeError,
  parseServerException,
} from '../../../../adapters/clickhouse/fleet/server-exception.ts';
import {
  type Capabilities,
  capabilityStatement,
  parseCapabilities,
} from '../../../../core/health/index.ts';
import type { EmbeddedNode } from '../../../../core/health/testing/embedded-node.ts';
import type { AskableCluster } from '../ask-nodes.ts';
import type { AskableNode } from '../node-asking.ts';

/** A node whose server is a real engine in this process. */
export interface EngineNode extends AskableNode {
  readonly asked: string[];
}

/** `capabilities`: what was probed of it; probed now where absent. */
export function engineNode(
  engine: EmbeddedNode,
  more: { readonly capabilities?: Capabilities | null; readonly online?: boolean } = {},
): EngineNode {
  const asked: string[] = [];
  const { capabilities = parseCapabilities(engine.rows(capabilityStatement)), online = true } =
    more;
  const node = { id: 'n:1', host: 'n', port: 1, hostName: 'n', version: '26.7', online };
  const observation = { node, ...(capabilities ? { capabilities } : {}) };
  return {
    asked,
    node: online ? node : { ...node, problem: 'n:1 refuses the connection' },
    observation: () => observation as ReturnType<AskableNode['observation']>,
    questions: {
      async ask({ sql, signal }) {
        signal.throwIfAborted();
        asked.push(sql);
        return { ...answerOf(engine, sql), queryId: '', elapsedMs: 1, waitedMs: 1, bodyBytes: 0 };
      },
    },
  };
}

/** As the client of a node reads it: `SELECT *` for the names of columns has no rows. */
function answerOf(engine: EmbeddedNode, sql: string) {
  try {
    const table = /^SELECT \* FROM system\.`(\w+)` LIMIT 0$/.exec(sql)?.[1];
    if (table === undefined) return { columns: [], rows: plain(engine, sql) };
    const described = engine.rows(`DESCRIBE TABLE system.${table}`);
    return { columns: described.map(([name]) => String(name)), rows: [] };
  } catch (error) {
    const exception = parseServerException(String((error as Error).message));
    throw exception
      ? asNodeError(exception, 'n:1', 'default')
      : new NodeError('http', String(error));
  }
}

/** The engine is asked with settings of its own after the statement: two lists are one too many. */
const plain = (engine: EmbeddedNode, sql: string) =>
  engine.rows(sql.includes(' SETTINGS ') ? `SELECT * FROM (${sql})` : sql);

export const clusterOf = (...nodes: readonly EngineNode[]): AskableCluster => ({
  cluster: {
    id: 'c',
    paused: false,
    origin: 'api',
    createdMs: 0,
    settings: {
      name: 'c',
      host: 'n',
      port: 1,
      username: 'default',
      password: '',
      secure: false,
      labels: {},
    },
  },
  nodes: nodes.map(({ node }) => node),
  watches: () => nodes,
});
