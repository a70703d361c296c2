import type { Finding } from '@assay/contracts';
import type { BackendCapabilities } from '@assay/loadgen';
import type { BackendConfig } from './ports.ts';

export interface PreflightFacts {
  readonly capabilities: BackendCapabilities;
  readonly config: BackendConfig;
  /** The server has no model list, and the user named a model. */
  readonly isWithoutList: boolean;
  readonly isHttp10: boolean;
  readonly url: string;
}

const NO_METRICS_PAGE = 'is no metrics page';

/** What of the answers before the load bears on how far its figures can be trusted. */
export function findingsOf({ capabilities, config, isWithoutList, isHttp10, url }: PreflightFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (isWithoutList) {
    const message = `${url} answers 404: that the server has the model was not checked (hint: --backend names the runtime)`;
    findings.push({ code: 'MODEL_UNCHECKED', severity: 'notes', message });
  }
  const noMetrics = capabilities.unknownBecause?.['hasMetrics'] ?? '';
  const refused = /\b40[137]\b/.exec(noMetrics)?.[0];
  if (refused !== undefined) {
    const message = `/metrics answers ${refused}: the counters of the server are not compared (hint: let this client read it)`;
    findings.push({ code: 'METRICS_FORBIDDEN', severity: 'notes', message });
  }
  const redirect = /\b30[12378]\b/.exec(noMetrics)?.[0];
  if (redirect !== undefined) {
    const message = `/metrics answers ${redirect}, a redirect, which is not followed (to a login?): the counters of the server are not compared (hint: --metrics-url with their address, or let this client read it)`;
    findings.push({ code: 'METRICS_REDIRECTED', severity: 'notes', message });
  }
  if (noMetrics.includes(NO_METRICS_PAGE)) {
    const message = `${noMetrics}: the counters of the server are not compared (hint: --metrics-url, where they have another address)`;
    findings.push({ code: 'METRICS_UNREADABLE', severity: 'notes', message });
  }
  if (config.stream !== false && capabilities.reportsUsageInStreams === false && config.api !== 'native') {
    const message = 'the server sends no usage in streams: events are counted as tokens (hint: --no-stream has usage)';
    findings.push({ code: 'USAGE_MISSING', severity: 'notes', message });
  }
  if (isHttp10) {
    const message =
      'answers come in HTTP/1.0: every request opens a connection of its own, and a stream may arrive in one piece (hint: measure without that proxy)';
    findings.push({ code: 'HTTP_1_0', severity: 'limits', message });
  }
  return findings;
}
