// Preloaded into a process (`node --import`): allows loopback only, and records every other look-up or connection in
// the file that NETWORK_LOG names. A tool may catch the error; the record stays.
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const log = process.env.NETWORK_LOG;
if (log === undefined) throw new Error('NETWORK_LOG names no file.');

function check(host: unknown): void {
  if (/^(localhost$|127\.|::1$)/.test(String(host))) return;
  appendFileSync(log as string, `${String(host)}\n`);
  throw new Error(`There is no network in this test: ${String(host)}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const [first] = [args[0]].flat() as [unknown];
  if (typeof first === 'object' && first !== null) {
    if (!('path' in first) || first.path === undefined)
      check('host' in first ? (first.host ?? 'localhost') : 'localhost');
  } else check(args[1] ?? 'localhost');
  return Reflect.apply(connect, this, args);
} as typeof connect;

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6'] as const) {
  const direct = dns[name] as (...args: unknown[]) => unknown;
  Object.assign(dns, {
    [name]: (...args: unknown[]) => {
      check(args[0]);
      return direct(...args);
    },
  });
  const promised = dns.promises[name] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(dns.promises, {
    [name]: async (...args: unknown[]) => {
      check(args[0]);
      return promised(...args);
    },
  });
}
syncBuiltinESMExports();
