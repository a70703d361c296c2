import type { Finding, Metric, RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';

/** Watches records for what limits the figures. */
export class ValidityWatch {
  #approximateInputs = 0;
  #countedOutputs = 0;
  #lengthMismatches = 0;
  #offered = 0;

  add(record: RequestRecord): void {
    this.#offered += 1;
    if (record.inputTokensSource === 'approximate' && record.inputTokensRequested !== null) {
      this.#approximateInputs += 1;
      if (record.inputTokens !== null && record.inputTokens !== record.inputTokensRequested) this.#lengthMismatches += 1;
    }
    if (record.outputTokensSource === 'event-count') this.#countedOutputs += 1;
  }

  findings(run: RunDocument, metrics: readonly Metric[]): Finding[] {
    const findings: Finding[] = [...(run.clientHealth?.findings ?? [])];
    const note = (code: string, severity: Finding['severity'], message: string): void => {
      findings.push({ code, severity, message });
    };
    if (run.status === 'running') note('RUN_INCOMPLETE', 'limits', 'the run was killed; the figures cover what had been written');
    if (run.status === 'aborted') note('RUN_ABORTED', 'limits', 'the run was stopped before its end');
    if (run.status === 'failed') note('RUN_FAILED', 'limits', 'the run could not go on; the figures cover what had been written');
    if (this.#offered === 0) note('NOTHING_OFFERED', 'invalidates', 'no request of the measured phase was recorded');
    if (this.#countedOutputs > 0) note('TOKEN_COUNT_BY_EVENTS', 'limits', `${this.#countedOutputs} answers came without usage: their tokens are counted as events with content`);
    if (this.#approximateInputs > 0) {
      note('INPUT_LENGTH_APPROXIMATE', 'notes', `${this.#approximateInputs} prompts have no checked length; by the server's count ${this.#lengthMismatches} of them differ from what was asked for`);
    }
    const tooFew = metrics.filter((metric) => metric.state === 'unavailable' && metric.reason === 'TOO_FEW_SAMPLES');
    if (tooFew.length > 0) {
      const names = [...new Set(tooFew.map(({ id, statistic }) => `${id}.${statistic}`))];
      note('TOO_FEW_SAMPLES', 'notes', `not enough samples for ${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`);
    }
    return findings;
  }
}

/** The worst finding decides. */
export function verdictOf(findings: readonly Finding[]): ResultsDocument['validity']['verdict'] {
  if (findings.some(({ severity }) => severity === 'invalidates')) return 'untrustworthy';
  return findings.some(({ severity }) => severity === 'limits') ? 'limited' : 'trustworthy';
}
