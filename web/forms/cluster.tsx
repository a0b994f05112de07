import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { testCluster } from '../api/fleet.ts';
import type { ClusterBody, TestBody } from '../api/fleet-shapes.ts';
import { FailureNotice } from '../ui/notice.tsx';
import { type ClusterDraft, type DraftFaults, parseDraft } from './cluster/cluster-draft.ts';
import { ConnectionFields } from './cluster/connection-fields.tsx';
import { GrantBuilder } from './cluster/grant-builder.tsx';
import { MoreFields } from './cluster/more-fields.tsx';
import { TestResult } from './cluster/test-result.tsx';
import classes from './cluster.module.css';

interface Props {
  initial: ClusterDraft;
  /** Id of a saved cluster, whose password may stay as it is. */
  saved?: string;
  saving: boolean;
  saveError: unknown;
  onSave(body: ClusterBody): void;
  cancel: ReactNode;
}

/** A cluster: typed, tried, saved. */
export function ClusterForm(props: Props) {
  const { initial, saved, saving, saveError, onSave, cancel } = props;
  const [draft, setDraft] = useState(initial);
  const [faults, setFaults] = useState<DraftFaults>({});
  const test = useMutation({ mutationFn: testCluster });
  const put = (next: ClusterDraft) => {
    setDraft(next);
    setFaults({});
  };
  const withBody = (act: (body: ClusterBody) => void) => {
    const parsed = parseDraft(draft);
    if (parsed.ok) act(parsed.body);
    else setFaults(parsed.faults);
  };
  const asked = parseDraft(draft);
  const same =
    asked.ok && JSON.stringify(testBodyOf(asked.body, saved)) === JSON.stringify(test.variables);
  return (
    <div className={classes.columns}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          withBody((body) => test.mutate(testBodyOf(body, saved)));
        }}
      >
        <ConnectionFields
          draft={draft}
          faults={faults}
          keepsPassword={saved !== undefined}
          onChange={put}
        />
        <MoreFields draft={draft} faults={faults} onChange={put} />
        {saveError ? <FailureNotice compact error={saveError} /> : null}
        <div className={classes.buttons}>
          {cancel}
          <Button
            type="submit"
            size="sm"
            variant={same && test.data?.ok ? 'default' : 'filled'}
            leftSection={<IconPlugConnected size={15} />}
            loading={test.isPending}
          >
            Test connection
          </Button>
          <Button
            size="sm"
            variant={same && test.data?.ok ? 'filled' : 'default'}
            loading={saving}
            disabled={!same || test.isPending || test.isIdle}
            title={same ? undefined : 'Test the connection first'}
            onClick={() => withBody(onSave)}
          >
            {same && test.data?.ok === false ? 'Save anyway' : 'Save'}
          </Button>
        </div>
      </form>
      <div className={classes.beside}>
        <TestResult
          data={test.data}
          error={test.error}
          pending={test.isPending}
          outdated={test.data !== undefined && !same}
        />
        <GrantBuilder username={draft.username} />
      </div>
    </div>
  );
}

/** An empty password of a saved cluster means the one that is stored. */
function testBodyOf(body: ClusterBody, saved: string | undefined): TestBody {
  if (saved === undefined) return body;
  const { password, ...rest } = body;
  return { ...rest, ...(password === '' ? {} : { password }), id: saved };
}
