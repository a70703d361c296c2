import { openThreadPort, serveShard } from '../src/index.ts';
import { shardOptions } from './shard-parts.ts';

serveShard(openThreadPort(), shardOptions);
