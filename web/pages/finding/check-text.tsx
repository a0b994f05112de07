import type { Check } from '../../api/fleet-shapes.ts';
import { formatSeconds } from '../../ui/quantity.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { sourceText } from './evidence-text.ts';
import own from './finding.module.css';

/** What a check is for, what usually lies behind it, and when it speaks up. */
export function CheckText({ check }: { check: Check }) {
  return (
    <>
      <p>{check.explanation}</p>
      {check.causes.length === 0 ? null : (
        <>
          <h3 className={own.heading}>Usual causes, the likeliest first</h3>
          <ol className={own.causes}>
            {check.causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ol>
        </>
      )}
      <h3 className={own.heading}>When it speaks up</h3>
      <ul className={own.rules}>
        {check.rules.map((rule) => (
          <li key={`${rule.severity}${rule.condition}`}>
            <StandingBadge standing={rule.severity} />
            <div>
              {rule.condition}
              {rule.holdMs > 0 ? `, for ${formatSeconds(rule.holdMs / 1000)}` : ''}
              <div className="quiet">{sourceText(rule.source)}</div>
            </div>
          </li>
        ))}
      </ul>
      {check.reads.length === 0 ? null : (
        <p className="quiet">
          Reads <span className="mono">{check.reads.join(', ')}</span>
        </p>
      )}
    </>
  );
}
