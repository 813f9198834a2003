/**
 * Fails the import of the package on a Node.js that is too old, with the same message as the command line
 * (`bin/ringback.mjs`). Every entry imports this first, so that nothing else fails before. It imports nothing itself.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(
    `ringback needs Node.js 22.19 or newer; this is ${process.version}. Install a newer Node.js and run it again.`,
  );
}
