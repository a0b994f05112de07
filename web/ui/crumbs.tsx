import { IconChevronRight } from '@tabler/icons-react';
import { Children, type ReactNode } from 'react';
import classes from './crumbs.module.css';

/** The way here, from the widest place to the one before this. */
export function Crumbs({ children }: { children: ReactNode }) {
  return (
    <nav className={classes.crumbs} aria-label="Where this is">
      <ol>
        {Children.toArray(children).map((child, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: their place is what they are
          <li key={index}>
            {index === 0 ? null : <IconChevronRight size={12} aria-hidden />}
            {child}
          </li>
        ))}
      </ol>
    </nav>
  );
}
