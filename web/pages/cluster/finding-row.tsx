import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Finding } from '../../api/fleet-shapes.ts';
import { standingOf } from '../../ui/outcome.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { formatAgo } from '../../ui/time.ts';
import own from './finding-list.module.css';
import { subjectText } from './finding-tree.ts';

/** One finding; what it explains is folded below it. */
export function FindingRow({
  cluster,
  finding,
  caused = [],
}: {
  cluster: string;
  finding: Finding;
  caused?: readonly Finding[];
}) {
  const [open, setOpen] = useState(false);
  const noun = caused.length === 1 ? 'finding' : 'findings';
  return (
    <li className={own.branch}>
      <div className={own.row} data-intended={finding.intended || undefined}>
        <span className={own.badge}>
          <StandingBadge standing={standingOf(finding)} />
        </span>
        <div className={own.words}>
          <Link
            to="/clusters/$id/findings/$finding"
            params={{ id: cluster, finding: finding.id }}
            className={own.link}
          >
            {finding.title}
          </Link>
          {finding.intended ? <span className={own.tag}>intended</span> : null}
          {finding.fix === undefined ? null : <span className={own.tag}>fix</span>}
          <div className={own.message}>{finding.message}</div>
          <div className={`quiet ${own.subject}`}>{subjectText(finding)}</div>
        </div>
        <span className={`quiet numbers ${own.since}`} title={finding.firstSeen}>
          {formatAgo(finding.firstSeen, Date.now())}
        </span>
      </div>
      {caused.length === 0 ? null : (
        <>
          <button
            type="button"
            className={own.fold}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={13} className={own.turn} aria-hidden />
            explains {caused.length} {noun}
          </button>
          {open ? (
            <ul className={own.caused}>
              {caused.map((each) => (
                <FindingRow key={each.id} cluster={cluster} finding={each} />
              ))}
            </ul>
          ) : null}
        </>
      )}
    </li>
  );
}
