import { setFlagsFromString } from 'node:v8';

/**
 * Sets V8 up for a server under load. Called once, when it is ready: the start itself is over sooner without.
 * For a process of our own only, since it holds for all of it.
 *
 * Worth a quarter of the CPU time of a document, and two seconds of five until the server is warm (decision 25).
 *
 * - Every object of our code is made in the young generation. By itself V8 watches from which places in the code objects
 *   survive collections, and makes later ones of these places old at once (pretenuring). In a server, what survives is
 *   what belongs to the requests that are under way just then. Such an object is as short-lived as the others, but now
 *   keeps alive all that it refers to until the next collection of the whole heap. So more objects survive, which to V8
 *   is proof that it was right.
 * - Code is optimized after some 2,000 calls, by one thread. By itself V8 gets round to most of it after some ten thousand
 *   documents, when many a load test is over; and it lets several threads compile at once, who take the cores from the server
 *   and from its clients.
 */
export function tuneV8(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--invocation-count-for-turbofan=2000');
  setFlagsFromString('--concurrent-turbofan-max-threads=1');
}
