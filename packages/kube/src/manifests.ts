// Rendering alone, without the client and what it loads.
export { renderAccess } from './access.ts';
export { renderShardJob, type ShardJobOptions } from './shard-job.ts';
