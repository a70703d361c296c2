import { identifyServer, type ServerIdentity } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import type { FetchText } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import type { Endpoint } from './endpoint.ts';

/** What the server is; `undefined` where it gives no sign. */
export async function askIdentity(
  endpoint: Endpoint,
  fetchText: FetchText,
  timeoutMs: number,
): Promise<ServerIdentity | undefined> {
  const { headers } = endpoint;
  // KServe answers for itself at the root, whatever prefix the interface of a model has.
  return await identifyServer(fetchText, { basePath: endpoint.basePath.replace(/\/openai$/, ''), headers, timeoutMs });
}

/** `TGI 3.3.6` */
export const nameOf = ({ label, version }: ServerIdentity): string =>
  version === undefined ? label : `${label} ${version}`;

/** Runtimes whose OpenAI interface, if they have one, does not lie at the root. */
const ELSEWHERE: ReadonlySet<string> = new Set(['triton', 'kserve']);

/**
 * Another runtime than the one asked for ignores fields without a word, so its figures would mean something else. `openai` fits
 * every runtime that speaks it, and KServe may stand in front of any.
 *
 * @throws CliError TARGET_WRONG_BACKEND
 */
export function refuseWrongBackend(
  identity: ServerIdentity | undefined,
  asked: { readonly backend: RunConfig['backend']; readonly isAnswered: boolean; readonly target: string },
): void {
  const { backend, isAnswered, target } = asked;
  if (identity === undefined || identity.backend === backend) return;
  if (backend === 'openai' && !ELSEWHERE.has(identity.backend)) return;
  // `/v2` is both Triton's and KServe's, and each names itself there.
  const isOtherV2 = backend === 'triton' && identity.backend === 'kserve';
  if (isAnswered && !isOtherV2 && (backend === 'openai' || backend === 'kserve' || identity.backend === 'kserve'))
    return;
  throw new CliError(
    'TARGET_WRONG_BACKEND',
    `${target} is ${nameOf(identity)}, not ${backend} (${identity.evidence})`,
    {
      hint: `use --backend ${identity.backend}`,
    },
  );
}
