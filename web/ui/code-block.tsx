import classes from './code-block.module.css';
import { CopyButton } from './copy-button.tsx';

/** Text to copy and paste. */
export function CodeBlock({ title, code }: { title: string; code: string }) {
  return (
    <figure className={classes.block}>
      <figcaption className={classes.head}>
        {title}
        <CopyButton value={code} what="code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <pre className="mono" tabIndex={0}>
        {code}
      </pre>
    </figure>
  );
}
