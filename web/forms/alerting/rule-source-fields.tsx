import { Button, CloseButton, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { clustersQuery } from '../../api/fleet.ts';
import { chartsQuery } from '../../api/panels.ts';
import classes from '../cluster.module.css';
import {
  type Bound,
  type BoundDraft,
  boundNames,
  kindNames,
  nextBound,
  type RuleDraft,
  type RuleFaults,
  type RuleKind,
  searchKindNames,
} from './rule-draft.ts';

interface Props {
  draft: RuleDraft;
  faults: RuleFaults;
  /** A saved rule keeps its kind. */
  fixed: boolean;
  onChange(change: Partial<RuleDraft>): void;
}

const optionsOf = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** What a rule looks at, and when that is too much or too little. */
export function RuleSourceFields(props: Props) {
  const { draft, fixed, onChange } = props;
  return (
    <>
      <Select
        label="Looks at"
        data={optionsOf(kindNames)}
        value={draft.kind}
        disabled={fixed}
        allowDeselect={false}
        onChange={(kind) => kind && onChange({ kind: kind as RuleKind })}
      />
      {draft.kind === 'search' ? <SearchFields {...props} /> : <ClusterFields {...props} />}
      {draft.kind === 'finding' || (draft.kind === 'search' && draft.test === 'absence') ? null : (
        <BoundFields {...props} />
      )}
    </>
  );
}

function ClusterFields(props: Props) {
  const { draft, faults, onChange } = props;
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  const any = draft.kind === 'finding';
  return (
    <>
      <Select
        label="Cluster"
        placeholder={any ? 'Every cluster' : 'Choose one'}
        clearable={any}
        searchable
        data={clusters.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.cluster === '' ? null : draft.cluster}
        error={faults.cluster}
        onChange={(cluster) => onChange({ cluster: cluster ?? '' })}
      />
      {draft.kind === 'finding' ? <FindingFields {...props} /> : null}
      {draft.kind === 'sample' ? <SampleFields {...props} /> : null}
      {draft.kind === 'sql' ? <SqlFields {...props} /> : null}
    </>
  );
}

function FindingFields({ draft, onChange }: Props) {
  return (
    <div className={classes.halves}>
      <TextInput
        label="Check"
        placeholder="All; * stands for any text"
        value={draft.check}
        onChange={(event) => onChange({ check: event.currentTarget.value })}
      />
      <Select
        label="Least severity"
        data={['info', 'warning', 'high', 'critical']}
        value={draft.minSeverity}
        allowDeselect={false}
        onChange={(value) => onChange({ minSeverity: value as RuleDraft['minSeverity'] })}
      />
    </div>
  );
}

function SampleFields({ draft, faults, onChange }: Props) {
  // Metrics that have a chart are offered; any other can be typed as the API has it.
  const groups = useQuery(chartsQuery).data?.groups ?? [];
  const metrics = groups.flatMap(({ charts }) => charts.map(({ metric }) => metric));
  return (
    <div className={classes.halves}>
      <TextInput
        label="Metric"
        description="gauge:NAME or rate:NAME, of each node"
        list="rule-metrics"
        value={draft.metric}
        error={faults.metric}
        onChange={(event) => onChange({ metric: event.currentTarget.value })}
      />
      <Select
        label="Of the window"
        description="How its samples become one value"
        data={['avg', 'min', 'max', 'last', 'sum']}
        value={draft.aggregate}
        allowDeselect={false}
        onChange={(value) => onChange({ aggregate: value as RuleDraft['aggregate'] })}
      />
      <datalist id="rule-metrics">
        {metrics.map((metric) => (
          <option key={metric} value={metric} />
        ))}
      </datalist>
    </div>
  );
}

function SqlFields({ draft, faults, onChange }: Props) {
  return (
    <>
      <Textarea
        size="xs"
        rows={4}
        label="SQL"
        description="{from} and {to} stand for the window; other columns tell the rows apart"
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={draft.sql}
        error={faults.sql}
        onChange={(event) => onChange({ sql: event.currentTarget.value })}
      />
      <TextInput
        label="Column with the value"
        value={draft.column}
        onChange={(event) => onChange({ column: event.currentTarget.value })}
      />
    </>
  );
}

function SearchFields({ draft, onChange }: Props) {
  return (
    <>
      <div className={classes.halves}>
        <SegmentedControl
          size="xs"
          aria-label="Logs or traces"
          value={draft.source}
          onChange={(source) => onChange({ source: source === 'traces' ? 'traces' : 'logs' })}
          data={[
            { value: 'logs', label: 'Logs' },
            { value: 'traces', label: 'Traces' },
          ]}
        />
        <SegmentedControl
          size="xs"
          aria-label="Language"
          value={draft.language}
          onChange={(language) => onChange({ language: language === 'sql' ? 'sql' : 'lucene' })}
          data={[
            { value: 'lucene', label: 'Lucene' },
            { value: 'sql', label: 'SQL' },
          ]}
        />
      </div>
      <Textarea
        size="xs"
        rows={2}
        label="Search"
        description="As on the search page; empty: every row"
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={draft.where}
        onChange={(event) => onChange({ where: event.currentTarget.value })}
      />
      <Select
        label="What is asked of the rows"
        data={optionsOf(searchKindNames)}
        value={draft.test}
        allowDeselect={false}
        onChange={(value) => onChange({ test: value as RuleDraft['test'] })}
      />
      {draft.test === 'ratio' ? (
        <Textarea
          size="xs"
          rows={2}
          label="Of all that this finds"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={draft.among}
          onChange={(event) => onChange({ among: event.currentTarget.value })}
        />
      ) : null}
    </>
  );
}

function BoundFields({ draft, faults, onChange }: Props) {
  const { bounds } = draft;
  const more = nextBound(bounds);
  const share = draft.test === 'ratio' && draft.kind === 'search';
  const put = (place: number, change: Partial<BoundDraft>) =>
    onChange({
      bounds: bounds.map((each, index) => (index === place ? { ...each, ...change } : each)),
    });
  return (
    <>
      {bounds.map((each, place) => (
        <div key={each.bound} className={classes.halves}>
          <Select
            label={place === 0 ? 'Speaks up when it is' : 'and also'}
            data={optionsOf(boundNames).filter(
              ({ value }) => value === each.bound || bounds.every((other) => other.bound !== value),
            )}
            value={each.bound}
            allowDeselect={false}
            onChange={(value) => put(place, { bound: value as Bound })}
          />
          <TextInput
            label="Value"
            description={share ? 'A share from 0 to 1' : ''}
            inputMode="decimal"
            value={each.limit}
            error={faults.bounds}
            onChange={(event) => put(place, { limit: event.currentTarget.value })}
            rightSection={
              place === 0 ? null : (
                <CloseButton
                  size="sm"
                  aria-label={`Take away “${boundNames[each.bound]}”`}
                  onClick={() => onChange({ bounds: bounds.filter((_, index) => index !== place) })}
                />
              )
            }
          />
        </div>
      ))}
      {more === undefined || bounds.length > 1 ? null : (
        <Button
          variant="subtle"
          size="compact-xs"
          style={{ justifySelf: 'start' }}
          onClick={() => onChange({ bounds: [...bounds, more] })}
        >
          Add a second bound
        </Button>
      )}
    </>
  );
}
