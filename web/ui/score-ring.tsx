import { scoreColor } from './outcome.ts';
import classes from './score-ring.module.css';

const radius = 21;
const around = 2 * Math.PI * radius;

/** A score of 0–100 with its grade; a dash where too little is known to give one. */
export function ScoreRing({
  score,
  grade,
  size = 56,
  quiet = false,
}: {
  score: number | null;
  grade: string | null;
  size?: number;
  /** The last known, not the present one. */
  quiet?: boolean;
}) {
  const said =
    score === null
      ? 'No score: fewer than half of the checks have an answer'
      : `Score ${Math.round(score)} of 100, grade ${grade}`;
  return (
    <div
      className={classes.ring}
      role="img"
      aria-label={quiet ? `Last known: ${said}` : said}
      title={said}
      data-quiet={quiet || undefined}
      style={{ width: size, height: size, ['--mark' as string]: scoreColor(score) }}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle className={classes.track} cx="24" cy="24" r={radius} />
        {score === null ? null : (
          <circle
            className={classes.arc}
            cx="24"
            cy="24"
            r={radius}
            strokeDasharray={`${(around * score) / 100} ${around}`}
            transform="rotate(-90 24 24)"
          />
        )}
      </svg>
      <span className={`numbers ${classes.words}`} style={{ fontSize: size * 0.3 }}>
        <b>{score === null ? '–' : Math.round(score)}</b>
        {grade === null ? null : <em>{grade}</em>}
      </span>
    </div>
  );
}
