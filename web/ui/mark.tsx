/** Castellan's mark: a tower. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="var(--mantine-color-ink-6)" />
      <path d="M6 6h2.6v2.2h2.1V6h2.6v2.2h2.1V6H18v5.2l-1.4 1.3V18H7.4v-5.5L6 11.2z" fill="#fff" />
    </svg>
  );
}
