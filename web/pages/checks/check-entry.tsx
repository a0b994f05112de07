import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Check } from '../../api/fleet-shapes.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import own from '../checks.module.css';
import { CheckText } from '../finding/check-text.tsx';

/** One check; a click opens what it is about. */
export function CheckEntry({
  check,
  open,
  onOpen,
}: {
  check: Check;
  open: boolean;
  onOpen(open: boolean): void;
}) {
  const entry = useRef<HTMLLIElement>(null);
  // A link to a check leads to its place in the list.
  useEffect(() => {
    if (open) entry.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li ref={entry} className={own.entry}>
      <button
        type="button"
        className={own.title}
        aria-expanded={open}
        onClick={() => onOpen(!open)}
      >
        <IconChevronRight size={14} className={own.turn} aria-hidden />
        <b>{check.title}</b>
        <span className="quiet">{check.group}</span>
        <span className={own.rules}>
          {[...new Set(check.rules.map(({ severity }) => severity))].map((severity) => (
            <StandingBadge key={severity} standing={severity} />
          ))}
        </span>
      </button>
      {open ? (
        <div className={own.text}>
          <CheckText check={check} />
          <p className="quiet">
            No. {check.number}, <span className="mono">{check.id}</span>; endangers{' '}
            {check.dimension}; looks at {check.scope === 'node' ? 'each node' : 'the whole cluster'}
            .
          </p>
        </div>
      ) : null}
    </li>
  );
}
