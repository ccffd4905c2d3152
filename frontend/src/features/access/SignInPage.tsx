import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { session } from '../../api/index.js';
import { CommandLine } from '../../ui/CommandLine.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { safeTarget } from './search.js';
import classes from './SignInPage.module.css';

const route = getRouteApi('/sign-in');

/** The token of `#token=…`: behind the hash it is never sent to a server nor kept in its log. */
const hashToken = (): string | null => new URLSearchParams(window.location.hash.slice(1)).get('token');

export function SignInPage() {
  const search = route.useSearch();
  const router = useRouter();
  const [linkToken] = useState(() => search.token ?? hashToken());
  const enter = () => router.history.replace(safeTarget(search.to));
  const link = useMutation({ mutationFn: session.link, onSuccess: enter });
  const login = useMutation({ mutationFn: session.login, onSuccess: enter });

  const { mutate: useLink } = link;
  useEffect(() => {
    document.title = 'Sign in · Rehearse';
    if (!linkToken) {
      if (session.state().status === 'signed-in') router.history.replace(safeTarget(search.to));
      return;
    }
    window.history.replaceState(window.history.state, '', '/sign-in');
    redeemOnce(linkToken, useLink);
  }, [linkToken, router, search.to, useLink]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <img src="/favicon.svg" width={40} height={40} alt="" />
        <h1 className={classes.title}>Sign in to Rehearse</h1>
        <p className={classes.lead}>A lab for the behaviour of AI agents.</p>
        {(link.isPending || link.isSuccess) && <p role="status">Signing in with the link…</p>}
        {link.error && <ErrorPanel error={link.error} />}
        {login.error && <ErrorPanel error={login.error} />}
        <form className={classes.form} onSubmit={submit}>
          <TextInput name="email" type="email" label="E-mail" autoComplete="username" required autoFocus />
          <PasswordInput
            name="password"
            label="Password"
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          />
          <Button type="submit" size="sm" fullWidth loading={login.isPending}>
            Sign in
          </Button>
        </form>
        <div className={classes.note}>
          <p>On your own machine no password is needed: every start prints a link that signs you in.</p>
          <CommandLine>rehearse start</CommandLine>
        </div>
      </div>
    </main>
  );
}

const redeemed = new Set<string>();

/** A link works once, and effects of development run twice. */
function redeemOnce(token: string, redeem: (token: string) => void): void {
  if (redeemed.has(token)) return;
  redeemed.add(token);
  redeem(token);
}
