import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Part } from '../../api/shapes.ts';
import { readyQuery } from '../../api/status.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from '../send.module.css';

/** Where to send, and whether the receivers take it. */
export function Endpoints({ httpUrl, grpcUrl }: { httpUrl: string; grpcUrl: string }) {
  const ready = useQuery(readyQuery);
  const parts = ready.data?.parts;
  const blocked = parts && [parts.spool, parts.store].find(({ status }) => status !== 'ok');
  return (
    <section className={classes.card}>
      <h2>Endpoints</h2>
      <dl className={classes.endpoints}>
        <Endpoint name="OTLP over HTTP" url={httpUrl} part={parts?.otlpHttp} />
        <Endpoint name="OTLP over gRPC" url={grpcUrl} part={parts?.otlpGrpc} />
      </dl>
      {blocked?.detail === undefined ? null : <p className={classes.trouble}>{blocked.detail}</p>}
      {ready.isError ? <FailureNotice compact error={ready.error} /> : null}
      <p className="quiet">
        From inside a container <code className="mono">localhost</code> is the container itself: use
        the name or the address of this machine there.
      </p>
    </section>
  );
}

function Endpoint({ name, url, part }: { name: string; url: string; part: Part | undefined }) {
  const words = part === undefined ? 'asking…' : (part.detail ?? part.status);
  return (
    <div className={classes.endpoint}>
      <dt>
        <Tooltip label={words}>
          <i className={classes.light} data-status={part?.status} role="img" aria-label={words} />
        </Tooltip>
        {name}
      </dt>
      <dd className="mono">
        {url} <CopyButton value={url} what="address" />
      </dd>
    </div>
  );
}
