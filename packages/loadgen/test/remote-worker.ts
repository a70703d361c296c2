import { joinLoad, serveShard } from '../src/index.ts';
import { shardOptions, timer } from './shard-parts.ts';

// A worker as another machine has it: all it knows is an address, a token and its place.
const [port = '', token = '', index = ''] = process.argv.slice(2);
const name = `machine-${index}`;
const joined = await joinLoad({
  host: '127.0.0.1',
  port: Number(port),
  token,
  index: Number(index),
  name,
  timer,
  withinMs: 5000,
});
serveShard(joined.port, shardOptions);
const end = await joined.over;
if (end !== 'told') process.exit(6);
