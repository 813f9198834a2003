import type { FileContent } from '../core/provider/file-content.ts';
import type { Settings } from '../core/settings.ts';

/** What the bytes of a file mean under the settings. */
export interface JudgedContent extends FileContent {
  readonly problem: Exclude<FileContent['problem'], 'damaged'>;
}

/** Judges the bytes of a file: `files.inspect` says whether they count at all, `files.repairPdf` what damage does. */
export function judgedContent(content: FileContent, settings: Settings): JudgedContent {
  const { type, problem } = content;
  if (!settings['files.inspect'] && problem !== 'too-large') {
    return { type, width: null, height: null, problem: null };
  }
  if (problem === 'damaged') return { ...content, problem: settings['files.repairPdf'] ? null : 'corrupted' };
  return { ...content, problem };
}
