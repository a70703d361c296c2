import type { RunConfig } from '@assay/contracts';
import { createFetchText, type FetchText } from '@assay/loadgen';
import type { Endpoint } from './endpoint.ts';
import { explainUnreachable } from './reachability.ts';

type MetricsPlace = NonNullable<RunConfig['metricsUrl']>;

/** Questions to a server beside the load; those for its counters go to `--metrics-url`, where that is given. */
export function createEndpointFetch(endpoint: Endpoint, metricsUrl: MetricsPlace | undefined): FetchText {
  const fetchText = createFetchText(endpoint.transportTarget);
  if (metricsUrl === undefined) return fetchText;
  const fetchMetrics = createMetricsFetch(endpoint, metricsUrl);
  return (request) => (request.path === metricsPathOf(endpoint) ? fetchMetrics(request) : fetchText(request));
}

/** Where a server has its counters unless told otherwise: beside the prefix of KServe's OpenAI interface, not below it. */
export const metricsPathOf = ({ basePath }: Endpoint): string => `${basePath.replace(/\/openai$/, '')}/metrics`;

/** Headers and keys are the target's own: a page on another origin gets none of them. */
function createMetricsFetch({ transportTarget }: Endpoint, metricsUrl: MetricsPlace): FetchText {
  const url = new URL(metricsUrl);
  const origin = new URL(url.origin);
  const isSameOrigin = origin.origin === transportTarget.origin.origin;
  const fetchText = createFetchText({ ...transportTarget, origin });
  return async (request) => {
    const headers = isSameOrigin ? request.headers : {};
    try {
      return await fetchText({ ...request, headers, path: url.pathname });
    } catch (error: unknown) {
      throw explainUnreachable(error, metricsUrl);
    }
  };
}
