import { openProcessPort, serveShard } from '../src/index.ts';
import { shardOptions } from './shard-parts.ts';

serveShard(openProcessPort(), shardOptions);
