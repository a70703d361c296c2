import { isMainThread } from 'node:worker_threads';
import { openProcessPort } from '../src/shard/process-link.ts';
import { serveShard } from '../src/shard/serve-shard.ts';
import { openThreadPort } from '../src/shard/thread-link.ts';
import { shardOptions } from './bench-parts.ts';

serveShard(isMainThread ? openProcessPort() : openThreadPort(), shardOptions);
