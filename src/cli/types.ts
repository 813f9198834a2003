import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { noteLines } from '../core/contract/note-lines.ts';
import { RingbackError } from '../core/errors.ts';
import { generateTypes } from '../types-generator/generate-types.ts';
import { loadGeneratorPeers } from '../types-generator/load-peers.ts';
import { readDocument } from '../types-generator/read-document.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { addConfig, checkConfig } from './open-catalogue.ts';
import { readOptions } from './read-options.ts';

/** `ringback types`: generates the TypeScript types of an OpenAPI document, including its callbacks. */
export async function types(args: readonly string[]): Promise<ExitCode> {
  const line = readOptions('types', args, process.env);
  const [contract = null] = line.positionals;
  const { options, config } = await addConfig('types', line, { contract, config: line.options.config });
  const path = contract ?? config?.contract ?? undefined;
  await checkConfig({ contract, 'allow-remote-refs': false }, config);
  const source = await readDocument(path);
  for (const line of noteLines(source.notes)) process.stderr.write(`${line}\n`);
  const file = path ?? 'openapi.yaml';
  const text = await generateTypes(source, loadGeneratorPeers(process.cwd()), file);
  const output = `// Made from ${basename(file)} by "ringback types". Change that file.\n\n${text}`;
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
