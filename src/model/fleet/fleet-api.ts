import { z } from 'zod';
import {
  AddressMapping,
  ClusterSettings,
  FailureLayer,
  FleetNode,
  NodeAddress,
  TlsSettings,
  Topology,
} from './cluster.ts';
import { Finding, FindingSubject, Outcome, Severity } from './finding.ts';
import { Coverage, Dimension, Score } from './score.ts';

/** Shapes of the fleet's calls below `/api/v1`. Times are RFC 3339, UTC. */

/** One thing that the monitoring user must be able to do. */
export const Capability = z.object({
  name: z.string(),
  ok: z.boolean(),
  /** The node that it fails on, where it does not on all; absent: it is so on all nodes. */
  node: z.string().optional(),
  /** What is lost without it. */
  detail: z.string().optional(),
  /** The statement that gives it. */
  grant: z.string().optional(),
});
export type Capability = z.infer<typeof Capability>;

/** `POST /clusters/test`. Always 200: a cluster that cannot be reached is an answer. */
export const ClusterTestData = z.object({
  ok: z.boolean(),
  layer: FailureLayer.optional(),
  message: z.string(),
  hint: z.string().optional(),
  version: z.string().optional(),
  nodes: z.array(FleetNode),
  topology: Topology.nullable(),
  capabilities: z.array(Capability),
});
export type ClusterTestData = z.infer<typeof ClusterTestData>;

const { username, password, secure, labels } = ClusterSettings.shape;
/** Without the defaults: in a change they would take the place of what is stored. */
const ClusterParts = ClusterSettings.extend({
  username: username.unwrap(),
  password: password.unwrap(),
  secure: secure.unwrap(),
  labels: labels.unwrap(),
}).partial();

/**
 * What `POST /clusters/test` tries. With `id` an absent password is the stored one, so that a saved
 * cluster can be tried without typing it again.
 */
export const ClusterTestBody = ClusterSettings.extend({
  id: z.string().optional(),
  name: ClusterParts.shape.name,
  password: ClusterParts.shape.password,
});

/** A change of a cluster; an absent password keeps the stored one. */
export const ClusterChange = ClusterParts.extend({ paused: z.boolean().optional() });

/** Numbers of a card; null where they are not known. */
const ClusterVitals = z.object({
  queriesPerSecond: z.number().nullable(),
  /** Largest delay of a replica. */
  lagSeconds: z.number().nullable(),
  /** Until the fullest disk is full at the present rate. */
  diskDaysLeft: z.number().nullable(),
  versions: z.array(z.string()),
});

export const ClusterData = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  port: z.int(),
  username: z.string(),
  secure: z.boolean(),
  labels: z.record(z.string(), z.string()),
  paused: z.boolean(),
  /** Servers named by hand; null where they are discovered. */
  namedNodes: z.array(NodeAddress).nullable(),
  keepers: z.array(NodeAddress),
  /** Without the client's key, which is not told again. */
  tls: TlsSettings.omit({ key: true }).nullable(),
  addresses: z.array(AddressMapping),
  /** Where it was defined: by a person, by a file, or by `CLICKHOUSE_HOST`. */
  origin: z.enum(['api', 'file', 'environment']),
  /** `degraded` when some nodes cannot be reached, `offline` when none can; findings do not change it. */
  status: z.enum(['pending', 'online', 'degraded', 'offline', 'paused']),
  nodes: z.array(FleetNode),
  topology: Topology.nullable(),
  score: z.number().nullable(),
  grade: z.string().nullable(),
  coverage: Coverage,
  open: z.object({
    critical: z.int(),
    high: z.int(),
    warning: z.int(),
    info: z.int(),
    unknown: z.int(),
  }),
  vitals: ClusterVitals,
  createdAt: z.string(),
  lastCollectedAt: z.string().nullable(),
});
export type ClusterData = z.infer<typeof ClusterData>;
export const ClustersData = z.object({ clusters: z.array(ClusterData) });

export const FindingsData = z.object({ findings: z.array(Finding) });

/** `GET /clusters/{id}/score?from&to`, oldest first; a point where the score changed, and each hour. */
const ScorePoint = Score.extend({ at: z.string() });
export const ScoreHistoryData = z.object({ points: z.array(ScorePoint) });

/** An entry of `GET /checks`. */
export const CheckData = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  group: z.string(),
  dimension: Dimension,
  scope: z.enum(['node', 'cluster']),
  explanation: z.string(),
  causes: z.array(z.string()),
  reads: z.array(z.string()),
  rules: z.array(
    z.object({ severity: Severity, condition: z.string(), holdMs: z.number(), source: z.string() }),
  ),
});
export type CheckData = z.infer<typeof CheckData>;
export const ChecksData = z.object({ checks: z.array(CheckData) });

/** `GET /clusters/{id}/outcomes`: what each check said of each node at the last evaluation. */
export const CheckOutcomeData = z.object({
  check: z.string(),
  node: z.string(),
  outcome: Outcome,
  reason: z.string().optional(),
  grant: z.string().optional(),
});
export type CheckOutcomeData = z.infer<typeof CheckOutcomeData>;
export const OutcomesData = z.object({
  at: z.string().nullable(),
  outcomes: z.array(CheckOutcomeData),
});

/** `POST /clusters/{id}/marks`: a person says that something is meant to be so, or may wait. */
export const Mark = z.object({
  check: z.string(),
  subject: FindingSubject,
  kind: z.enum(['intended', 'snoozed']),
  /** When it ends; never, where absent. */
  until: z.iso.datetime().optional(),
  note: z.string().max(1_000).optional(),
});
export type Mark = z.infer<typeof Mark>;

export const MarksData = z.object({ marks: z.array(Mark.extend({ id: z.string() })) });

/** `GET /clusters/{id}/findings/{finding}`: also of one that is over. */
export const FindingDetailData = z.object({
  finding: Finding,
  open: z.boolean(),
  /** Newest first; `to` is null while it is open. */
  history: z.array(
    z.object({
      from: z.string(),
      to: z.string().nullable(),
      severity: Severity,
      message: z.string(),
    }),
  ),
  /** Marks that apply to it. */
  marks: MarksData.shape.marks,
});

/** Why a chart has nothing to draw. */
const SeriesGap = z.object({
  /** `healthy`: what it counts has not happened. `none`: it is read, and there is nothing of this time. */
  reason: z.enum(['grant', 'absent', 'healthy', 'none', 'pending', 'offline', 'failed']),
  detail: z.string(),
  /** The statement that would give the missing right. */
  grant: z.string().optional(),
});
export type SeriesGap = z.infer<typeof SeriesGap>;

/**
 * `GET /clusters/{id}/series?metric=…&from&to`: one line for each node. `gauge:<name>` of
 * `system.metrics` and `system.asynchronous_metrics`; `rate:<name>` of `system.events`, per second.
 */
export const SeriesData = z.object({
  metric: z.string(),
  stepMs: z.number(),
  /** What a server is asked for it, to be asked by hand. */
  source: z.string().optional(),
  /** The statement that the values come from. */
  sql: z.string().optional(),
  series: z.array(
    z.object({
      node: z.string(),
      /** Epoch milliseconds and value; a gap is null. */
      points: z.array(z.tuple([z.number(), z.number().nullable()])),
    }),
  ),
  /** Where there is not one value. */
  gap: SeriesGap.optional(),
});

/** `GET /clusters/{id}/readings`: what can be looked at; rows and gaps are those of all nodes. */
export const ReadingsData = z.object({
  readings: z.array(
    z.object({
      name: z.string(),
      /** Table in `system`. */
      table: z.string(),
      tier: z.string(),
      rows: z.int(),
      /** Nodes without rows for a reason. */
      gaps: z.int(),
      at: z.string().nullable(),
    }),
  ),
});

/** `GET /clusters/{id}/readings/{name}`: the newest rows of one reading, of each node. */
export const ReadingData = z.object({
  name: z.string(),
  nodes: z.array(
    z.object({
      node: z.string(),
      at: z.string().nullable(),
      rows: z.array(z.record(z.string(), z.unknown())),
      truncated: z.boolean(),
      sql: z.string(),
      /** Why there are no rows: not enabled, no rights, failed, not read yet. */
      gap: z
        .object({ reason: z.string(), detail: z.string(), grant: z.string().optional() })
        .optional(),
    }),
  ),
});

/** `GET /clusters/grants?username=`: what to run on the cluster. */
export const GrantsData = z.object({ sql: z.string(), usersXml: z.string() });

/** `GET /clusters/{id}/probe?failOn=`: 200 where all is well, else 503. */
export const ProbeData = z.object({
  verdict: z.enum(['well', 'findings', 'cannot tell']),
  status: ClusterData.shape.status,
  score: z.number().nullable(),
  /** What the verdict rests on, in words. */
  messages: z.array(z.string()),
});
