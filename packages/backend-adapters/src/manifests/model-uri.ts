/** A place of weights that a pod can use without KServe's storage initializer. */
export type ModelUri =
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string | undefined }
  | { readonly kind: 'claim'; readonly claim: string; readonly folder: string | undefined };

/** Reads `hf://owner/model[:revision]` and `pvc://claim[/folder]`; `undefined` for anything else. */
export function parseModelUri(uri: string): ModelUri | undefined {
  const hub = /^hf:\/\/([\w.-]+\/[\w.-]+)(?::([\w./-]+))?$/.exec(uri);
  if (hub?.[1] !== undefined) return { kind: 'hub', id: hub[1], revision: hub[2] };
  const claim = /^pvc:\/\/([a-z0-9][a-z0-9.-]*)(?:\/(.+?))?\/?$/.exec(uri);
  if (claim?.[1] !== undefined) return { kind: 'claim', claim: claim[1], folder: claim[2] };
  return undefined;
}
