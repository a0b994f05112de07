import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Rule } from '../../api/alert-shapes.ts';
import { deleteRule, rulesQuery } from '../../api/alerts.ts';
import { ConfirmForm } from '../confirm.tsx';

export function RuleDeleteForm({ rule, onClose }: { rule: Rule | undefined; onClose(): void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteRule,
    onSuccess: () => {
      void client.invalidateQueries(rulesQuery);
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={rule !== undefined}
      title={`Delete ${rule?.name ?? 'the rule'}`}
      action="Delete"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => rule && remove.mutate(rule.id)}
      onClose={onClose}
    >
      Its alerts end, and nobody is told of what it looked at. Switching it off keeps it.
    </ConfirmForm>
  );
}
