import { IconChevronRight } from '@tabler/icons-react';
import { Children, type ReactNode } from 'react';
import classes from './crumbs.module.css';

/** The way here, from the widest place to the one before this. */
export function Crumbs({ children }: { children: ReactNode }) {
  return (
    <nav className={classes.crumbs} aria-label="Where this is">
      <ol>
        {Children.map(children, (child, index) => (
          <li>
            {index === 0 ? null : <IconChevronRight size={12} aria-hidden />}
            {child}
          </li>
        ))}
      </ol>
    </nav>
  );
}
