import { expect, it } from 'vitest';
import { startSimulator } from './simulator.ts';
import { warmUpSimulator } from './warm-up.ts';

it('leaves no trace in the service that is started after it', async () => {
  await warmUpSimulator();
  const simulator = await startSimulator();
  try {
    expect(simulator.stats().requests).toBe(0);
    const metrics = await (await fetch(`${simulator.origin}/metrics`)).text();
    expect(metrics).toMatch(/^vllm:prompt_tokens_total\{[^}]*\} 0(\.0)?$/m);
  } finally {
    await simulator.close();
  }
});
