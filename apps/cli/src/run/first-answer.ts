import { readRedirect } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import type { FetchText } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** The first question to a server: cheap, without a model, and only its own runtime answers it with 200. */
export function firstQuestion(
  backend: RunConfig['backend'],
  api: RunConfig['api'],
  basePath: string,
): {
  readonly path: string;
  /** Its answer is OpenAI's list of models. */
  readonly isList: boolean;
} {
  const own = basePath.replace(/\/openai$/, '');
  switch (backend) {
    case 'tgi':
      return { path: `${basePath}/info`, isList: false };
    case 'triton':
      return { path: `${basePath}/v2`, isList: false };
    case 'kserve':
      if (api === 'native') return { path: `${own}/v2`, isList: false };
      return api === 'v1'
        ? { path: `${own}/v1/models`, isList: false }
        : { path: `${own}/openai/v1/models`, isList: true };
    default:
      return { path: `${basePath}/v1/models`, isList: true };
  }
}

type Answer = Awaited<ReturnType<FetchText>>;

/**
 * Refuses answers that no runtime would give: a load would fail in the same way, request by request.
 *
 * @param url The question as the user would type it into a browser.
 * @throws CliError TARGET_UNAUTHORIZED, TARGET_REDIRECTS, TARGET_COMPRESSED (exit 2), TARGET_FAILING (exit 5)
 */
export function refuseUnusable({ status, headers }: Answer, url: string, hasKey: boolean): void {
  if (status === 401 || status === 403 || status === 407) throw unauthorized(url, status, hasKey);
  if (status >= 300 && status <= 399) throw redirects(url, status, headers.get('location'));
  if (status >= 500) {
    throw new CliError('TARGET_FAILING', `${url} answers ${status}`, {
      hint: 'the server is up but not well; it may still be loading its model',
      exitCode: EXIT.unreachable,
    });
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw new CliError('TARGET_COMPRESSED', `${url} answers in ${encoding}, which nobody asked for`, {
      hint: 'a compressed stream hides when its tokens come; switch the compression of the proxy off for this route',
    });
  }
}

function unauthorized(url: string, status: number, hasKey: boolean): CliError {
  const message = `${url} answers ${status}: ${hasKey ? 'it refuses the key' : 'it wants a key'}`;
  return new CliError('TARGET_UNAUTHORIZED', message, {
    hint: hasKey
      ? 'check the key and what it may do; a server may want it in another header: --header with {fromEnv: NAME}'
      : 'put the key into a variable and add --api-key-env NAME',
  });
}

function redirects(url: string, status: number, location: string | undefined): CliError {
  const { place = 'elsewhere', isLogin } = readRedirect(location);
  return new CliError('TARGET_REDIRECTS', `${url} answers ${status} and sends to ${place}`, {
    hint: isLogin
      ? 'that looks like a login page: give a key with --api-key-env, or the address behind the login'
      : 'redirects are not followed; give the final address as --target',
  });
}

/** Says what came instead of the answer that was asked for. */
export function notTheRuntime(
  url: string,
  { status, body }: Answer,
  { backend, api }: Pick<RunConfig, 'backend' | 'api'>,
): CliError {
  const what = isHtml(body) ? 'an HTML page' : body.trim() === '' ? 'an empty body' : 'something else';
  const isOpenAi = backend === 'openai' || backend === 'vllm';
  return new CliError(
    isOpenAi ? 'TARGET_NOT_OPENAI' : 'TARGET_WRONG_BACKEND',
    `${url} answers ${status} with ${what} instead of ${isOpenAi ? 'an OpenAI model list' : `what ${backend} answers there`}`,
    {
      hint: isOpenAi
        ? '--target is the address before /v1, for example http://127.0.0.1:8000; a server without a model list needs --model NAME'
        : backend === 'kserve' && api !== 'native' && api !== 'v1'
          ? 'a server without OpenAI routes speaks --api native (V2) or --api v1'
          : 'check --target and --backend; assay doctor --target URL says what a server is',
    },
  );
}

export const isHtml = (body: string): boolean => /^\s*<(!doctype|html|head|body)/i.test(body);
