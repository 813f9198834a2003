import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RingbackError } from '../core/errors.ts';
import { readContractFiles } from '../loading/contract-files.ts';
import { generateTypes } from '../types-generator/generate-types.ts';
import { loadGeneratorPeers } from '../types-generator/load-peers.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { readOptions } from './read-options.ts';

/** `ringback types`: generates the TypeScript types of an OpenAPI 3.1 document, including its callbacks. */
export async function types(args: readonly string[]): Promise<ExitCode> {
  const { options, positionals } = readOptions('types', args, process.env);
  const sources = await readContractFiles(positionals[0]);
  const text = await generateTypes(sources, loadGeneratorPeers(process.cwd()));
  const output = `// Made from ${basename(sources.file)} by "ringback types". Change that file.\n\n${text}`;
  if (options.out === null) {
    process.stdout.write(output);
    return exitCodes.fine;
  }
  try {
    await writeFile(options.out, output);
  } catch (error) {
    throw new RingbackError('file.unwritable', {
      details: { file: options.out },
      detail: `Could not write the types to ${options.out}: ${(error as Error).message}. Give --out a path in a folder that exists and is writable.`,
      cause: error,
    });
  }
  return exitCodes.fine;
}
