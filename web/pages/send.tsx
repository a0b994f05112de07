import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { sessionQuery } from '../api/access.ts';
import { statusQuery } from '../api/status.ts';
import { Endpoints } from './send/endpoints.tsx';
import { FirstRecord } from './send/first-record.tsx';
import { KeySection } from './send/key-section.tsx';
import { receiverUrls } from './send/receiver-urls.ts';
import { SnippetTabs } from './send/snippet-tabs.tsx';
import classes from './send.module.css';

/** How data gets in: where to, with which key, and the moment it arrives. */
export function SendPage() {
  const open = useQuery(sessionQuery).data?.mode !== 'password';
  const params = useSearch({ from: '/send' });
  const navigate = useNavigate({ from: '/send' });
  const [secret, setSecret] = useState('');
  const { httpUrl, grpcUrl } = receiverUrls(
    window.location.hostname,
    useQuery(statusQuery).data?.receivers,
  );
  const key = secret !== '' || open ? secret : 'YOUR-INGESTION-KEY';
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Send data</h1>
        <p className="quiet">
          Any OpenTelemetry SDK or Collector can send logs, traces and metrics to Castellan.
        </p>
      </header>
      <FirstRecord />
      <div className={classes.columns}>
        <div className={classes.column}>
          <SnippetTabs
            facts={{ httpUrl, key }}
            chosen={params.with ?? 'curl'}
            onChoose={(id) => void navigate({ search: { with: id }, replace: true })}
          />
        </div>
        <div className={classes.column}>
          <Endpoints httpUrl={httpUrl} grpcUrl={grpcUrl} />
          <KeySection open={open} onSecret={setSecret} />
        </div>
      </div>
    </div>
  );
}
