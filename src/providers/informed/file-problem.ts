import type { ReceivedFile } from '../../core/provider/provider.ts';
import type { Settings } from '../../core/settings.ts';
import { judgedContent } from '../judged-content.ts';
import type { FileError } from './error-messages.ts';

const validExtensions: ReadonlySet<string> = new Set(['pdf', 'tiff', 'tif', 'jpeg', 'jpg', 'png']);

/**
 * Mock's choice: both name and bytes decide the type of a file. A name with another extension than `.pdf`, `.tiff`,
 * `.tif`, `.jpeg`, `.jpg` and `.png` is refused, and so are bytes of another type under any name. The two need not match.
 */
function hasInvalidName(fileName: string): boolean {
  const extension = /\.(?=.*[a-z])([a-z0-9]{1,10})$/i.exec(fileName)?.[1]?.toLowerCase();
  return extension !== undefined && !validExtensions.has(extension);
}

/**
 * Why a file cannot be processed, judged by its size, name and bytes. Null: it can. The settings have the limits. If
 * the name has no extension, only the bytes decide.
 */
export function fileProblem(fileName: string, file: ReceivedFile, settings: Settings): FileError | null {
  const content = judgedContent(file.content, settings);
  if (file.bytes > settings['informed.maxFileBytes']) return 'too-large';
  if (hasInvalidName(fileName)) return 'invalid-type';
  if (content.problem === 'type') return 'invalid-type';
  if (content.problem === 'password') return 'password-protected';
  if (content.problem === 'corrupted') return 'corrupted';
  const smallest = settings['informed.minImagePixels'];
  if (content.width !== null && content.width < smallest) return 'too-small';
  if (content.height !== null && content.height < smallest) return 'too-small';
  return null;
}
