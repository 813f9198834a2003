// Runs the echo server in a process of its own, so that its memory can be told from its clients'.
// Prints its port, and on every line of input the most memory it ever had, in bytes.
import { startEchoServer } from './echo-server.ts';

const { port } = await startEchoServer();
process.stdout.write(`${port}\n`);
process.stdin.on('data', () => {
  process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`);
});
process.stdin.on('end', () => process.exit(0));
