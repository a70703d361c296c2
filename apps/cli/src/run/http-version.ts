import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Endpoint } from './endpoint.ts';

/** Whether a GET of the path is answered in HTTP/1.0, as old proxies do. A question that fails says no. */
export function isAnsweredInHttp10(endpoint: Endpoint, path: string, timeoutMs: number): Promise<boolean> {
  const { origin, tls } = endpoint.transportTarget;
  const { isVerified = true, ...files } = tls ?? {};
  const options = { headers: endpoint.headers, agent: false, timeout: timeoutMs };
  return new Promise((resolve) => {
    const url = new URL(path, origin);
    const request =
      origin.protocol === 'https:'
        ? requestHttps(url, { ...options, ...files, rejectUnauthorized: isVerified })
        : requestHttp(url, options);
    request.once('response', (response) => {
      response.on('error', () => resolve(false));
      resolve(response.httpVersionMajor === 1 && response.httpVersionMinor === 0);
      response.destroy();
    });
    request.once('timeout', () => request.destroy());
    // For good: a request that is destroyed may fail once more after its answer.
    request.on('error', () => resolve(false));
    request.once('close', () => resolve(false));
    request.end();
  });
}
