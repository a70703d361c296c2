// Starts a simulator from JSON options in argv[2]; prints its origin, then one line of figures on SIGTERM.
import { startSimulator } from '../src/index.ts';

const simulator = await startSimulator(JSON.parse(process.argv[2] ?? '{}'));
console.log(simulator.origin);
const before = process.cpuUsage();
process.on('SIGTERM', async () => {
  const cpu = process.cpuUsage(before);
  const { arrivalsNs: _, ...stats } = simulator.stats();
  await simulator.close();
  console.log(
    JSON.stringify({
      cpuMs: (cpu.user + cpu.system) / 1000,
      maxRssMb: process.resourceUsage().maxRSS / 1024,
      ...stats,
    }),
  );
});
