import type { FetchText } from '@assay/loadgen';
import { type MetricFamily, parseMetrics, WireError } from '@assay/wire';
import type { BackendOptions } from '../backend-options.ts';
import { get } from '../openai/capabilities.ts';

/** The server's `/metrics` page, or why it cannot be read; `isAbsent` where there is none. */
export type MetricsPage =
  | { readonly families: readonly MetricFamily[] }
  | { readonly unavailableBecause: string; readonly isAbsent: boolean };

/** Asks for the metrics page; what is no metrics page is told with its reason, never thrown. */
export async function readMetrics(options: BackendOptions, fetchText: FetchText): Promise<MetricsPage> {
  const { status, body } = await fetchText(get(options, '/metrics'));
  if (status !== 200) return { unavailableBecause: `GET /metrics answers ${status}`, isAbsent: status === 404 };
  try {
    return { families: parseMetrics(body) };
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    const isPage = /^\s*<(!doctype|html|head|body)/i.test(body);
    const what = isPage ? 'an HTML page' : cause.message;
    return { unavailableBecause: `/metrics is no metrics page: ${what}`, isAbsent: false };
  }
}

/** Whether the page holds a family of the runtime; `undefined` where it cannot be read. */
export function hasFamily(page: MetricsPage, isOwn: (name: string) => boolean): boolean | undefined {
  if ('families' in page) return page.families.some(({ name }) => isOwn(name));
  return page.isAbsent ? false : undefined;
}
