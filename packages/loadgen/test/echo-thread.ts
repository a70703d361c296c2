import { serveEcho } from '../src/threads.ts';

serveEcho();
