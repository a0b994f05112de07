import { IconAlertOctagon, IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { Finding } from '../../api/fleet-shapes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import classes from '../cluster.module.css';
import own from './finding.module.css';

type Fix = NonNullable<Finding['fix']>;

const risks: Readonly<
  Record<Fix['risk'], { word: string; means: string; mark: string; icon: typeof IconShieldCheck }>
> = {
  safe: {
    word: 'Safe',
    means: 'Changes nothing that a user would notice.',
    mark: 'var(--sev-ok)',
    icon: IconShieldCheck,
  },
  disruptive: {
    word: 'Disruptive',
    means: 'Work stops or slows down for a while.',
    mark: 'var(--sev-warn)',
    icon: IconAlertTriangle,
  },
  destructive: {
    word: 'Destructive',
    means: 'Data or history is gone afterwards.',
    mark: 'var(--sev-error)',
    icon: IconAlertOctagon,
  },
};

/** The statement that puts it right, and what it costs. Castellan never runs it. */
export function FixCard({ fix }: { fix: Fix }) {
  const { word, means, mark, icon: Icon } = risks[fix.risk];
  return (
    <section className={classes.card} aria-label="Fix">
      <div className={classes.titled}>
        <h2>Fix</h2>
        <span className={own.risk} style={{ ['--mark' as string]: mark }}>
          <Icon size={13} aria-hidden /> {word}
        </span>
        <span className="quiet">{means}</span>
      </div>
      {fix.note === undefined ? null : <p>{fix.note}</p>}
      <CodeBlock title="Castellan does not run this by itself" code={fix.sql} />
    </section>
  );
}
