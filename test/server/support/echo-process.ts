// Runs the echo server in a separate process, so that its memory can be told from its clients'.
// Prints its port and, for every line of input, its peak memory in bytes.
import { peakMemory } from '../../support/peak-memory.ts';
import { startEchoServer } from './echo-server.ts';

const { port } = await startEchoServer();
process.stdout.write(`${port}\n`);
process.stdin.on('data', () => {
  process.stdout.write(`${peakMemory()}\n`);
});
process.stdin.on('end', () => process.exit(0));
