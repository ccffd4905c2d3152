import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect } from './measured.js';

export const DEMO = { email: 'demo.admin@local', password: 'demo-password' };

export const newName = (stem: string) => `${stem}-${randomBytes(4).toString('hex')}`;

/** The API as the signed-in person of this page, for what a test needs and is not about. */
export class Product {
  readonly #page: Page;
  readonly #token: string;

  private constructor(page: Page, token: string) {
    this.#page = page;
    this.#token = token;
  }

  /** Signs the browser in too: the answer sets the cookie that the studio renews its session by. */
  static async signIn(page: Page, person = DEMO): Promise<Product> {
    const answer = await page.request.post('/api/v1/auth/login', { data: person });
    expect(answer.status(), await answer.text()).toBeLessThan(300);
    const { accessToken } = (await answer.json()) as { accessToken: string };
    return new Product(page, accessToken);
  }

  async upload(source: string): Promise<{ name: string; version: number; digest: string }> {
    const data = await this.#send('/graphs/upload', {
      data: source,
      headers: { 'content-type': 'application/yaml' },
    });
    return (data as { graph: { name: string; version: number; digest: string } }).graph;
  }

  async execute(
    graph: string,
    request: object,
  ): Promise<{ id: string; verdict: string; digest: string; lastSeq: number }> {
    const data = await this.#send(`/runs/${graph}/execute`, { data: request });
    return (data as { run: { id: string; verdict: string; digest: string; lastSeq: number } }).run;
  }

  async start(graph: string, request: object): Promise<{ id: string }> {
    return ((await this.#send(`/runs/${graph}/execute/async`, { data: request })) as { run: { id: string } })
      .run;
  }

  async cassette(id: string): Promise<string> {
    const answer = await this.#page.request.get(`/api/v1/runs/${id}/cassette`, { headers: this.#headers() });
    return answer.text();
  }

  async importCassette(text: string): Promise<unknown> {
    return this.#send('/runs/import', { data: text, headers: { 'content-type': 'application/x-ndjson' } });
  }

  post(path: string, data: object): Promise<unknown> {
    return this.#send(path, { data });
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.#page.request.get(`/api/v1${path}`, { headers: this.#headers() });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async #send(
    path: string,
    { data, headers }: { data: unknown; headers?: Record<string, string> },
  ): Promise<unknown> {
    const answer = await this.#page.request.post(`/api/v1${path}`, {
      data,
      headers: { ...this.#headers(), ...headers },
    });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  }

  #headers() {
    return { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
  }
}

/** The seqs of the lines that the log shows now. */
export const shownSeqs = (page: Page): Promise<number[]> =>
  page
    .getByRole('treegrid', { name: 'Events of the journal' })
    .getByRole('row')
    .evaluateAll((rows) => rows.map((row) => Number(row.id.replace('seq-', ''))));

/** Opens a page of the studio and waits until it shows what it has to show. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
}
