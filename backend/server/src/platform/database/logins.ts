/** The roles that the migrations make; neither owns a table nor passes by row-level security. */
export type DatabaseRole = 'rehearse_app' | 'rehearse_worker';

export interface DatabaseLogin {
  url: string;
  /** Taken on by each connection as it is made (`SET ROLE`), where the login itself is a greater one. */
  role?: DatabaseRole;
}

export interface DatabaseLogins {
  /** Serves requests, one tenant at a time. */
  app: DatabaseLogin;
  /** Writes journals and drives runs, for all tenants. */
  worker: DatabaseLogin;
}

/** Logs in as the lesser roles where their addresses are given, and otherwise becomes them after the login. */
export function loginsFor(urls: {
  url: string;
  appUrl?: string | undefined;
  workerUrl?: string | undefined;
}): DatabaseLogins {
  return {
    app: urls.appUrl ? { url: urls.appUrl } : { url: urls.url, role: 'rehearse_app' },
    worker: urls.workerUrl ? { url: urls.workerUrl } : { url: urls.url, role: 'rehearse_worker' },
  };
}
