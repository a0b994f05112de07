import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconEyeOff,
  IconFlame,
  IconInfoCircle,
} from '@tabler/icons-react';
import { colorOf, type Standing, wordOf } from './outcome.ts';
import classes from './standing-badge.module.css';

const icons = {
  critical: IconAlertOctagon,
  high: IconFlame,
  warning: IconAlertTriangle,
  unknown: IconEyeOff,
  info: IconInfoCircle,
} as const;

/** How bad something is: icon, word or count, never by colour alone. */
export function StandingBadge({ standing, count }: { standing: Standing; count?: number }) {
  const Icon = icons[standing];
  const word = wordOf(standing).toLowerCase();
  return (
    <span
      className={classes.badge}
      style={{ ['--mark' as string]: colorOf(standing) }}
      title={count === undefined ? undefined : `${count} ${word}`}
    >
      <Icon size={13} stroke={1.9} aria-hidden />
      {count === undefined ? (
        wordOf(standing)
      ) : (
        <>
          <b className="numbers">{count}</b> <span className={classes.word}>{word}</span>
        </>
      )}
    </span>
  );
}
