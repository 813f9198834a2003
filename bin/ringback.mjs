#!/usr/bin/env node
// Plain old JavaScript on purpose: an old Node has to be able to read this far.
var parts = process.versions.node.split('.');
var major = Number(parts[0]);
if (major < 22 || (major === 22 && Number(parts[1]) < 19)) {
  console.error(
    'ringback needs Node.js 22.19 or newer; this is ' +
      process.version +
      '. Install a newer Node.js and run it again.',
  );
  process.exit(3);
} else {
  // Until the command has ended: one that never does is no success.
  process.exitCode = 3;
  import('node:fs')
    .then((fs) => {
      // A checkout runs its sources, whatever an earlier build has left; the package has none.
      var sources = new URL('../src/cli/main.ts', import.meta.url);
      return import(
        fs.existsSync(sources) ? sources.href : new URL('../dist/cli/main.js', import.meta.url).href
      );
    })
    .catch((error) => {
      console.error(error);
      process.exit(3);
    });
}
