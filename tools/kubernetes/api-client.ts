import { readFileSync } from 'node:fs';
import { request } from 'node:https';

/** Plain requests to a Kubernetes API, for the rig's own hand: what is tested uses its own client. */
export class ApiClient {
  readonly #server: string;
  readonly #token: string;
  readonly #ca: Buffer;

  constructor(server: string, token: string, caFile: string) {
    this.#server = server;
    this.#token = token;
    this.#ca = readFileSync(caFile);
  }

  async isReady(): Promise<boolean> {
    return (await this.#send('GET', '/readyz', undefined)).status === 200;
  }

  /** One question; the answer's JSON is whatever the path gives. */
  async ask<T>(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly body: T }> {
    const { status, text } = await this.#send(method, path, body);
    return { status, body: JSON.parse(text) as T };
  }

  /** Creates something that must not fail. */
  async create(path: string, body: object): Promise<void> {
    const { status, body: answer } = await this.ask<{ message?: string }>('POST', path, body);
    if (status >= 300) throw new Error(`POST ${path}: ${answer.message}`);
  }

  #send(method: string, path: string, body: object | undefined): Promise<{ status: number; text: string }> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': type };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#server}${path}`, { method, headers, ca: this.#ca }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
