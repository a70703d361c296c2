import { parseModelUri } from '../manifests/model-uri.ts';
import { HTTP_PORT, type RuntimeManifest, type ServerSetting } from '../manifests/runtime-manifest.ts';

function modelArguments({ plan, weights }: ServerSetting): readonly string[] {
  const file = plan.model.file ?? '';
  return weights.kind === 'folder'
    ? ['--model', `${weights.path}/${file}`]
    : ['--hf-repo', weights.id, '--hf-file', file];
}

/** The revision that the server itself would have to ask the hub for. */
function weightsRevision(shape: string, uri: string): string | undefined {
  if (shape !== 'deployment' && shape !== 'knative-service') return undefined;
  const source = parseModelUri(uri);
  return source?.kind === 'hub' ? source.revision : undefined;
}

/** llama.cpp's server. Flags as in `tools/server/README.md`; it takes a value as the next argument, not after `=`. */
export const LLAMA_CPP_MANIFEST: RuntimeManifest = {
  runtime: 'llama-cpp',
  modelFormat: { name: 'gguf', version: '1' },
  protocolVersions: [],
  needsSharedMemory: false,
  problemsWith: ({ model, engine, shape }) => [
    ...(model.file === undefined ? ['model.file is missing: llama.cpp loads one GGUF file'] : []),
    ...(weightsRevision(shape.kind, model.uri) === undefined
      ? []
      : ['model.uri names a revision, and llama.cpp cannot be told one: take the file from a claim']),
    ...(engine.memoryFraction === undefined
      ? []
      : ['engine.memoryFraction: llama.cpp has no such setting; its memory follows from the context']),
  ],
  server: (setting) => {
    const { hasPrefixCache, maxModelTokens, maxSequences } = setting.plan.engine;
    return {
      command: ['/app/llama-server'],
      args: [
        ...modelArguments(setting),
        ...['--alias', setting.plan.model.name],
        ...['--host', '0.0.0.0', '--port', String(HTTP_PORT)],
        // The context is shared out among the slots.
        ...['--parallel', String(maxSequences), '--ctx-size', String(maxSequences * maxModelTokens)],
        '--no-kv-unified',
        ...(hasPrefixCache ? ['--cache-prompt'] : ['--no-cache-prompt', '--cache-ram', '0']),
        // Its own sampling defaults are narrower than those of the other runtimes.
        ...['--temp', '1', '--top-k', '0', '--top-p', '1', '--min-p', '0'],
        ...(setting.plan.resources.accelerator === undefined ? [] : ['--n-gpu-layers', '999']),
        '--metrics',
        '--slots',
      ],
      environment: setting.weights.kind === 'hub' ? { LLAMA_CACHE: '/tmp' } : {},
      httpPort: HTTP_PORT,
      health: { ready: '/health', live: '/health' },
      files: [],
    };
  },
};
