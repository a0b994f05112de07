import { Button, Modal, Skeleton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Rule, RuleBody } from '../../api/alert-shapes.ts';
import { createRule, dryRunRule, replaceRule, rulesQuery } from '../../api/alerts.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import confirm from '../confirm.module.css';
import { DryRunResult } from './dry-run-result.tsx';
import {
  emptyRule,
  parseRule,
  type RuleDraft,
  type RuleFaults,
  ruleDraftOf,
} from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { RuleSourceFields } from './rule-source-fields.tsx';

/** A rule: typed, tried over what has been, saved. */
export function RuleForm({
  editing,
  onClose,
}: {
  editing: Rule | 'new' | undefined;
  onClose(): void;
}) {
  const title = editing === undefined || editing === 'new' ? 'Add rule' : `Edit ${editing.name}`;
  return (
    <Modal opened={editing !== undefined} onClose={onClose} title={title} size="lg">
      {editing === undefined ? null : (
        <RuleEditor saved={editing === 'new' ? undefined : editing} onClose={onClose} />
      )}
    </Modal>
  );
}

function RuleEditor({ saved, onClose }: { saved: Rule | undefined; onClose(): void }) {
  const [draft, setDraft] = useState(() => (saved === undefined ? emptyRule : ruleDraftOf(saved)));
  const [faults, setFaults] = useState<RuleFaults>({});
  const client = useQueryClient();
  const dryRun = useMutation({ mutationFn: dryRunRule });
  const save = useMutation({
    mutationFn: (body: RuleBody) =>
      saved === undefined ? createRule(body) : replaceRule(saved.id, body),
    onSuccess: () => {
      void client.invalidateQueries(rulesQuery);
      onClose();
    },
  });
  const put = (change: Partial<RuleDraft>) => {
    setDraft({ ...draft, ...change });
    setFaults({});
    dryRun.reset();
  };
  const withBody = (act: (body: RuleBody) => void) => {
    const parsed = parseRule(draft, saved);
    if (parsed.ok) act(parsed.body);
    else setFaults(parsed.faults);
  };
  return (
    <form
      className={confirm.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        withBody((body) => save.mutate(body));
      }}
    >
      <RuleSourceFields draft={draft} faults={faults} fixed={saved !== undefined} onChange={put} />
      <RuleFields draft={draft} faults={faults} onChange={put} />
      {dryRun.isPending ? <Skeleton height={60} /> : null}
      {dryRun.isError ? <FailureNotice compact error={dryRun.error} /> : null}
      {dryRun.data === undefined ? null : <DryRunResult run={dryRun.data} />}
      {save.isError ? <FailureNotice compact error={save.error} /> : null}
      <div className={confirm.buttons}>
        {draft.kind === 'finding' ? null : (
          <Button
            variant="default"
            leftSection={<IconHistory size={14} />}
            loading={dryRun.isPending}
            style={{ marginRight: 'auto' }}
            onClick={() => withBody((body) => dryRun.mutate(body))}
          >
            Try over the last week
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
