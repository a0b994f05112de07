import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { clustersQuery } from '../../api/fleet.ts';

interface FieldProps {
  /** '' for all. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Which cluster something is about. */
export function ClusterSelect({ value, onChange }: FieldProps) {
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  return (
    <Select
      label="Cluster"
      placeholder="Every cluster"
      clearable
      searchable
      data={clusters.map(({ id, name }) => ({ value: id, label: name }))}
      value={value === '' ? null : value}
      onChange={(cluster) => onChange(cluster ?? '')}
    />
  );
}

/** What a name must be like. */
export function PatternInput({ label, value, onChange }: FieldProps & { readonly label: string }) {
  return (
    <TextInput
      label={label}
      placeholder="All; * stands for any text"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
