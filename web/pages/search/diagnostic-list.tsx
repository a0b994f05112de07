import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import type { Diagnostic } from '../../api/shapes.ts';
import classes from './diagnostic-list.module.css';
import { correctionOf } from './suggestion.ts';

const icons = { error: IconCircleX, warning: IconAlertTriangle, info: IconInfoCircle };

/** Faults below the query: what, where, and the offered correction as a button. */
export function DiagnosticList({
  text,
  diagnostics,
  onAccept,
}: {
  text: string;
  diagnostics: readonly Diagnostic[];
  onAccept(corrected: string): void;
}) {
  if (diagnostics.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Faults in the query">
      {diagnostics.map((diagnostic) => {
        const { message, severity, start, end } = diagnostic;
        const Icon = icons[severity];
        const correction = correctionOf(text, diagnostic);
        return (
          <li key={`${start} ${end} ${message}`} className={classes.item} data-severity={severity}>
            <Icon size={15} aria-hidden />
            <span>
              {message} <span className="quiet">{placeOf(text, start)}</span>
            </span>
            {correction === undefined ? null : (
              <button
                type="button"
                className={classes.accept}
                onClick={() => onAccept(correction.text)}
              >
                Use <code>{correction.label}</code>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Counted from 1, as editors do. */
function placeOf(text: string, start: number): string {
  const lines = text.slice(0, start).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return lines.length === 1 ? `at character ${column}` : `at line ${lines.length}:${column}`;
}
