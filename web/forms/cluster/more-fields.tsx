import { Textarea, TextInput } from '@mantine/core';
import classes from '../cluster.module.css';
import type { ClusterDraft, DraftFaults } from './cluster-draft.ts';

interface Props {
  draft: ClusterDraft;
  faults: DraftFaults;
  onChange(draft: ClusterDraft): void;
}

const areas = [
  {
    field: 'labels',
    label: 'Labels',
    description: 'key=value, one to a line: to find and group clusters by',
    placeholder: 'env=production',
  },
  {
    field: 'nodes',
    label: 'Nodes',
    description: 'host:port, one to a line. Empty: found in system.clusters',
    placeholder: 'ch-1.example.com:8123',
  },
  {
    field: 'addresses',
    label: 'Address mapping',
    description: 'Where a node that was found is reached from here',
    placeholder: 'ch-1.internal = 203.0.113.7:8123',
  },
  {
    field: 'keepers',
    label: 'Keepers',
    description: 'Client ports of Keeper or ZooKeeper, for their own state',
    placeholder: 'keeper-1.example.com:9181',
  },
] as const satisfies readonly { field: keyof ClusterDraft; [key: string]: string }[];

const pems = [
  { field: 'ca', label: 'Certificate authority', description: 'PEM; the system’s where empty' },
  { field: 'certificate', label: 'Client certificate', description: 'PEM, for mutual TLS' },
  { field: 'key', label: 'Client key', description: 'PEM; kept encrypted, never shown again' },
] as const satisfies readonly { field: keyof ClusterDraft; [key: string]: string }[];

/** What some clusters need: names, maps, Keeper, certificates. */
export function MoreFields({ draft, faults, onChange }: Props) {
  const put = (change: Partial<ClusterDraft>) => onChange({ ...draft, ...change });
  const wanted = areas.some(({ field }) => faults[field] !== undefined || draft[field] !== '');
  return (
    <>
      <details className={classes.more} open={wanted || undefined}>
        <summary>Labels, nodes and Keepers</summary>
        <div>
          {areas.map(({ field, ...words }) => (
            <Textarea
              key={field}
              {...words}
              size="xs"
              rows={2}
              spellCheck={false}
              classNames={{ input: 'mono' }}
              value={draft[field]}
              error={faults[field]}
              onChange={(event) => put({ [field]: event.currentTarget.value })}
            />
          ))}
        </div>
      </details>
      {draft.secure ? (
        <details className={classes.more} open={draft.ca !== '' || undefined}>
          <summary>Certificates</summary>
          <div>
            {pems.map(({ field, ...words }) => (
              <Textarea
                key={field}
                {...words}
                size="xs"
                rows={2}
                spellCheck={false}
                placeholder="-----BEGIN"
                classNames={{ input: 'mono' }}
                value={draft[field]}
                onChange={(event) => put({ [field]: event.currentTarget.value })}
              />
            ))}
            <TextInput
              label="Server name"
              description="The name that the certificate carries, where it is not the host’s"
              size="xs"
              value={draft.serverName}
              onChange={(event) => put({ serverName: event.currentTarget.value })}
            />
          </div>
        </details>
      ) : null}
    </>
  );
}
