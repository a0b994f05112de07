import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { clustersQuery, createCluster } from '../api/fleet.ts';
import { emptyDraft } from '../forms/cluster/cluster-draft.ts';
import { ClusterForm } from '../forms/cluster.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import classes from './clusters.module.css';

/** Adding a cluster. */
export function ClusterNewPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: createCluster,
    onSuccess: ({ id }) => {
      void client.invalidateQueries(clustersQuery);
      void navigate({ to: '/clusters/$id', params: { id } });
    },
  });
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Add cluster</h1>
        <p className="quiet">The address of one server is enough: it names the others.</p>
      </header>
      <ClusterForm
        initial={emptyDraft}
        saving={create.isPending}
        saveError={create.error}
        onSave={(body) => create.mutate(body)}
        cancel={
          <LinkButton variant="subtle" color="gray" size="sm" to="/clusters">
            Cancel
          </LinkButton>
        }
      />
    </div>
  );
}
