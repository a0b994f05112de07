import { IconSend, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { clustersQuery } from '../api/fleet.ts';
import { statusQuery } from '../api/status.ts';
import { FailureNotice } from '../ui/notice.tsx';
import { PageSkeleton } from '../ui/page-skeleton.tsx';
import { holdsTelemetry } from './home/holds-telemetry.ts';
import own from './home.module.css';

/**
 * Where one begins: at the clusters that are watched; else at the telemetry that came; else at the
 * choice of the two.
 */
export function HomePage() {
  const clusters = useQuery(clustersQuery);
  const status = useQuery({ ...statusQuery, refetchInterval: false });
  if (clusters.isError)
    return <FailureNotice error={clusters.error} onRetry={() => void clusters.refetch()} />;
  if (clusters.data === undefined) return <PageSkeleton />;
  if (clusters.data.clusters.length > 0) return <Navigate to="/clusters" replace />;
  if (status.isPending) return <PageSkeleton />;
  if (status.data !== undefined && holdsTelemetry(status.data))
    return <Navigate to="/search" replace />;
  return <StartPage />;
}

function StartPage() {
  return (
    <div className={own.page}>
      <h1>What shall Castellan look after?</h1>
      <div className={own.choices}>
        <Link to="/clusters/new" className={own.choice}>
          <IconServer2 size={26} stroke={1.6} aria-hidden />
          <b>Watch a ClickHouse cluster</b>
          <span>Give the address of one server: what is wrong, why, and the statement for it.</span>
        </Link>
        <Link to="/send" className={own.choice}>
          <IconSend size={26} stroke={1.6} aria-hidden />
          <b>Send logs, traces and metrics</b>
          <span>From any OpenTelemetry SDK or Collector, to be searched in seconds.</span>
        </Link>
      </div>
    </div>
  );
}
