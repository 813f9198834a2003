import { runProgram } from './run-program.ts';

/** A reader's verdict on a file. */
export type Verdict = 'ok' | 'password' | 'corrupted' | 'dimensions';

/** Programs that the judges need, with their Debian packages. */
const programs = {
  qpdf: 'qpdf',
  pdfinfo: 'poppler-utils',
  mutool: 'mupdf-tools',
  gs: 'ghostscript',
  identify: 'imagemagick',
  tiffcp: 'libtiff-tools',
} as const;

/** Debian packages of judges that are not installed. */
export async function missingPackages(): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [program, debian] of Object.entries(programs)) {
    if ((await runProgram(program, ['--version'])).code === 127) missing.push(debian);
  }
  return missing;
}

/** The verdict of most readers, and what each says. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly voices: Readonly<Record<string, Verdict>>;
}

/** A PDF is judged by poppler, mupdf and Ghostscript, two of three; an image by ImageMagick. */
export async function judgeFile(path: string): Promise<Judgement> {
  if (!path.endsWith('.pdf')) {
    const verdict = await byImageMagick(path);
    return { verdict, voices: { imagemagick: verdict } };
  }
  const [poppler, mupdf, ghostscript] = await Promise.all([
    byPoppler(path),
    byMupdf(path),
    byGhostscript(path),
  ]);
  const all = [poppler, mupdf, ghostscript];
  const count = (verdict: Verdict): number => all.filter((each) => each === verdict).length;
  const asksForPassword = count('password') >= 2 || (count('password') === 1 && count('ok') === 0);
  const verdict = count('ok') >= 2 ? 'ok' : asksForPassword ? 'password' : 'corrupted';
  return { verdict, voices: { poppler, mupdf, ghostscript } };
}

async function byPoppler(path: string): Promise<Verdict> {
  return byPages(await runProgram('pdfinfo', [path]), /^Pages:\s+(\d+)/m, /Incorrect password/i);
}

async function byMupdf(path: string): Promise<Verdict> {
  return byPages(await runProgram('mutool', ['info', path]), /^Pages:\s+(\d+)/m, /password/i);
}

async function byGhostscript(path: string): Promise<Verdict> {
  const count = `(${path}) (r) file runpdfbegin pdfpagecount = quit`;
  const ended = await runProgram('gs', ['-q', '-dNODISPLAY', '-dNOSAFER', '-c', count]);
  return byPages(ended, /^(\d+)\s*$/m, /requires a password/i);
}

function byPages({ output }: { readonly output: string }, pages: RegExp, password: RegExp): Verdict {
  const found = Number(pages.exec(output)?.[1] ?? 0);
  if (found > 0) return 'ok';
  return password.test(output) ? 'password' : 'corrupted';
}

/** Pixels of the smallest image that is processed. */
const smallest = 100;

/** Warnings count for a JPEG, since decoders return partial images. For a TIFF, they concern only its tags. */
async function byImageMagick(path: string): Promise<Verdict> {
  const strictness = path.endsWith('.jpg') ? ['-regard-warnings'] : [];
  const decoded = await runProgram('convert', [...strictness, path, 'null:']);
  if (decoded.code !== 0) return 'corrupted';
  const { width, height } = await pixelsOf(path);
  return width < smallest || height < smallest ? 'dimensions' : 'ok';
}

/** Width and height of an image, or of the first of several, as ImageMagick reads them; 0 when it does not. */
export async function pixelsOf(path: string): Promise<{ readonly width: number; readonly height: number }> {
  const { output } = await runProgram('identify', ['-quiet', '-format', '%w %h\n', path]);
  const [width = 0, height = 0] = (output.trim().split('\n')[0] ?? '').split(' ').map(Number);
  return { width, height };
}
