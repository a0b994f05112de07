import { LoginForm } from '../forms/login.tsx';
import { ColorSchemeSwitch } from '../ui/color-scheme-switch.tsx';
import { Mark } from '../ui/mark.tsx';
import classes from './login.module.css';

export function LoginPage() {
  return (
    <main className={classes.page}>
      <div className={classes.corner}>
        <ColorSchemeSwitch />
      </div>
      <div className={classes.card}>
        <Mark size={36} />
        <h1 className={classes.title}>Log in to Castellan</h1>
        <LoginForm />
      </div>
    </main>
  );
}
