import type { LoginAnswer } from '@rehearse/contracts';

export const PASSWORD = 'correct-horse-battery';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface RequestOptions {
  method?: string;
  /** JSON, unless it is text, bytes or a form. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Somebody who calls the API over real HTTP. */
export interface Client {
  /** Of the access token or API key; empty for nobody. */
  token: string;
  call<T = unknown>(path: string, options?: RequestOptions): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

/** Signs in; everybody of the tests has the same password. */
export async function login(url: string, email: string): Promise<string> {
  const answer = await clientOf(url, '').post<LoginAnswer>('/api/v1/auth/login', {
    email,
    password: PASSWORD,
  });
  if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${JSON.stringify(answer.body)}`);
  return answer.body.accessToken;
}

/** Somebody with a token at the server of that address. */
export function clientOf(url: string, token: string): Client {
  const call = <T>(target: string, options: RequestOptions = {}) =>
    request<T>(url + target, { token, ...options });
  return {
    token,
    call,
    get: (target) => call(target),
    post: (target, body, headers = {}) => call(target, { method: 'POST', body, headers }),
  };
}

async function request<T>(
  url: string,
  { token, method = 'GET', body, headers = {} }: RequestOptions & { token: string },
): Promise<Answer<T>> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body !== undefined && !isRaw ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json\b(?!l)/.test(response.headers.get('content-type') ?? '') && text !== '';
  const isLines = (response.headers.get('content-type') ?? '').includes('ndjson');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && !isLines ? JSON.parse(text) : text) as T,
  };
}

/** Resolves when it holds; a test that waits in vain ends with its own time limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
