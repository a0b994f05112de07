import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { sessionQuery } from '../api/access.ts';
import { FailureNotice } from '../ui/notice.tsx';
import { LoginPage } from './login.tsx';
import { OpenModeNotice } from './shell/open-mode-notice.tsx';
import { TopBar } from './shell/top-bar.tsx';
import classes from './shell.module.css';

/** What surrounds every page. Asks for the password in place, so that the address is kept. */
export function Shell() {
  const session = useQuery(sessionQuery);
  if (session.isPending) return null;
  if (session.isError && session.data === undefined)
    return <FailureNotice error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data.mode === 'password' && !session.data.authenticated) return <LoginPage />;
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <TopBar session={session.data} />
      {session.data.mode === 'open' ? <OpenModeNotice /> : null}
      <main id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
