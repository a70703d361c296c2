import type { RunConfig } from '@assay/contracts';

/** Whether answers are asked for as streams where the user does not say: embeddings come whole, and KServe's own protocols have no streams. */
export const streamsByDefault = ({ backend, api }: Pick<RunConfig, 'backend' | 'api'>): boolean =>
  api !== 'embeddings' && !(backend === 'kserve' && (api === 'native' || api === 'v1'));
