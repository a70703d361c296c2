import type { FetchText } from '@assay/loadgen';
import { type MetricFamily, parseMetrics, WireError } from '@assay/wire';
import type { BackendOptions } from '../backend-options.ts';
import { get } from '../openai/capabilities.ts';

/** The server's `/metrics` page, or why it cannot be read. */
export type MetricsPage = { readonly families: readonly MetricFamily[] } | { readonly unavailableBecause: string };

/** Asks for the metrics page; what is no metrics page is told with its reason, never thrown. */
export async function readMetrics(options: BackendOptions, fetchText: FetchText): Promise<MetricsPage> {
  const { status, body } = await fetchText(get(options, '/metrics'));
  if (status !== 200) return { unavailableBecause: `/metrics answered ${status}` };
  try {
    return { families: parseMetrics(body) };
  } catch (cause) {
    if (cause instanceof WireError) return { unavailableBecause: `/metrics is no metrics page: ${cause.message}` };
    throw cause;
  }
}
