/**
 * Ends the import of the package on a Node.js that is too old for it, in the words of the command line
 * (`bin/ringback.mjs`). Every entry imports it first, so that nothing else fails before; it imports nothing itself.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(
    `ringback needs Node.js 22.19 or newer; this is ${process.version}. Install a newer Node.js and run it again.`,
  );
}
