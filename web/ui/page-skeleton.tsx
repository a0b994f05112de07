import { Skeleton } from '@mantine/core';

/** While a page's code is on its way. */
export function PageSkeleton() {
  return (
    <div style={{ padding: 16, display: 'grid', gap: 12 }} aria-busy="true">
      <Skeleton height={36} />
      <Skeleton height={110} />
      <Skeleton height={320} />
    </div>
  );
}
