import { z } from 'zod';
import { AddressMapping, ClusterSettings, NodeAddress, TlsSettings } from './cluster.ts';
import { FindingSubject } from './finding.ts';

/** What is meant to be so: findings of that check and subject cost nothing and alert nobody. */
const IntendedFinding = z.strictObject({
  check: z.string().min(1),
  ...FindingSubject.shape,
  note: z.string().max(1_000).optional(),
});

/** A cluster of the file. Secrets are named, so that the file can live in git. */
export const FileCluster = z.strictObject({
  ...ClusterSettings.shape,
  /** Letters, digits, `-` and `_`; the name in that form where absent. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'expected letters, digits, - and _')
    .optional(),
  /** Environment variable that holds the password. */
  passwordEnv: z.string().min(1).optional(),
  /** File that holds the password; one line break at its end does not count. */
  passwordFile: z.string().min(1).optional(),
  tls: z
    .strictObject({
      ...TlsSettings.shape,
      caFile: z.string().optional(),
      certificateFile: z.string().optional(),
      keyFile: z.string().optional(),
    })
    .optional(),
  nodes: z.array(z.strictObject(NodeAddress.shape)).max(1_000).optional(),
  keepers: z.array(z.strictObject(NodeAddress.shape)).max(100).optional(),
  addresses: z.array(z.strictObject(AddressMapping.shape)).max(1_000).optional(),
  paused: z.boolean().default(false),
  intended: z.array(IntendedFinding).max(1_000).default([]),
});
export type FileCluster = z.infer<typeof FileCluster>;

/** The file of clusters that `CASTELLAN_CLUSTERS_FILE` names. */
export const ClustersFile = z.strictObject({ clusters: z.array(FileCluster).max(10_000) });
