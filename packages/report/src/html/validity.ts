import type { Finding, ResultsDocument } from '@assay/contracts';
import { panel } from './element.ts';
import { escapeHtml } from './escape.ts';

const VERDICTS: Readonly<Record<string, string>> = {
  trustworthy: 'Nothing was found that limits these figures.',
  limited: 'Read the findings before you rely on these figures.',
  untrustworthy: 'Do not use these figures.',
};

/** How far the figures can be trusted, why, and the verdicts on the objectives. */
export function renderValidity({ validity, slo }: ResultsDocument): string {
  const findings = validity.findings.map(renderFinding).join('');
  const list = findings === '' ? '' : `<ul class="findings">${findings}</ul>`;
  const verdict = `<p><span class="verdict ${validity.verdict}">${validity.verdict}</span> ${VERDICTS[validity.verdict] ?? ''}</p>`;
  const objectives = slo.map(
    ({ objective, verdict: outcome, value, reason }) =>
      `<li><span class="${outcome}"><b>${outcome}</b></span> <code>${escapeHtml(objective)}</code> ${escapeHtml(value === null ? (reason ?? '') : `is ${value}`)}</li>`,
  );
  const sloPanel = slo.length === 0 ? '' : panel('Objectives', `<ul class="findings">${objectives.join('')}</ul>`);
  return panel('How far to trust this', verdict + list) + sloPanel;
}

function renderFinding({ code, severity, message }: Finding): string {
  return `<li class="${severity}"><b>${escapeHtml(code)}</b> <span class="muted small">${severity}</span><br>${escapeHtml(message)}</li>`;
}
