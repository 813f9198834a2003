import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damages } from './damages.ts';
import { inParallel, runProgram } from './run-program.ts';

/** A file that a program makes. `$` followed by a name in the options is the path of another file. */
interface Recipe {
  readonly name: string;
  readonly program: string;
  /** `$out` is the path of the file itself. */
  readonly options: readonly string[];
}

/**
 * Makes files with common programs, in their variants, and damaged copies of some of them.
 * @param folder an empty folder
 * @param step 3: every third file; the default 1: all
 * @returns paths, in a fixed order
 * @throws when a program fails
 */
export async function makeFiles(folder: string, step = 1): Promise<readonly string[]> {
  const pathOf = (name: string): string => join(folder, name);
  const make = async ({ name, program, options }: Recipe): Promise<string> => {
    const filled = options.map((option) =>
      option.replace(/\$([\w.-]+)/g, (_, other: string) => pathOf(other === 'out' ? name : other)),
    );
    const { code, output } = await runProgram(program, filled);
    // qpdf ends with 3 when it has warnings about what it reads.
    if (code !== 0 && !(program === 'qpdf' && code === 3)) {
      throw new Error(
        `Failed to make ${name}: ${program} ${filled.join(' ')} ended with ${code}.\n${output}`,
      );
    }
    return pathOf(name);
  };
  const paths: string[] = [];
  const chosen = variants.filter(({ name }, i) => i % step === 0 || isNeeded(name));
  for (const recipes of [bases, chosen, fromVariants]) paths.push(...(await inParallel(recipes, make)));
  return [...paths, ...(await damage(paths, step))];
}

/** Whether other files are made from this one. */
function isNeeded(name: string): boolean {
  return damages(name).length > 0 || fromVariants.some(({ options }) => options.includes(`$${name}`));
}

async function damage(paths: readonly string[], step: number): Promise<readonly string[]> {
  const made: string[] = [];
  for (const path of paths) {
    const bytes = await readFile(path);
    for (const [i, [what, change]] of damages(path).entries()) {
      if (i % step !== 0) continue;
      const damaged = path.replace(/\.(\w+)$/, `-${what}.$1`);
      await writeFile(damaged, change(bytes));
      made.push(damaged);
    }
  }
  return made;
}

const recipe = (name: string, program: string, ...options: readonly string[]): Recipe => ({
  name,
  program,
  options,
});

const page = (text: string): string =>
  `/Helvetica findfont 24 scalefont setfont 72 700 moveto (${text}) show showpage`;
const pages = [1, 2, 3].map((number) => page(`Page ${number}`)).join(' ');

const levels = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];

const bases: readonly Recipe[] = [
  ...levels.map((level) =>
    recipe(
      `gs-${level}.pdf`,
      'gs',
      '-q',
      '-sDEVICE=pdfwrite',
      `-dCompatibilityLevel=${level}`,
      '-o',
      '$out',
      '-c',
      pages,
    ),
  ),
  recipe('large.png', 'convert', '-size', '140x120', 'plasma:red-blue', '-depth', '8', '$out'),
  recipe('small.png', 'convert', '-size', '60x120', 'plasma:red-blue', '-depth', '8', '$out'),
  recipe(
    'rgb.tif',
    'convert',
    '-size',
    '140x120',
    'gradient:red-blue',
    '-depth',
    '8',
    '-compress',
    'none',
    '$out',
  ),
  recipe(
    'bilevel.tif',
    'convert',
    '-size',
    '140x120',
    'pattern:checkerboard',
    '-type',
    'Bilevel',
    '-depth',
    '1',
    '-compress',
    'none',
    '$out',
  ),
];

/** Kinds of encryption, as options of qpdf. */
const encryptions: readonly (readonly [string, readonly string[]])[] = [
  ['r2', ['40']],
  ['r3', ['128', '--use-aes=n']],
  ['r3-restricted', ['128', '--use-aes=n', '--print=none', '--modify=none', '--extract=n']],
  ['r4-rc4', ['128', '--use-aes=n', '--force-V4']],
  ['r4-aes', ['128', '--use-aes=y']],
  ['r4-clear', ['128', '--use-aes=y', '--cleartext-metadata']],
  ['r5', ['256', '--force-R5']],
  ['r6', ['256']],
  ['r6-clear', ['256', '--cleartext-metadata']],
];

const passwords: readonly (readonly [string, string, string])[] = [
  ['owner', '', 'owner'],
  ['user', 'secret', 'owner'],
  ['same', 'secret', 'secret'],
  ['long', 'a password of more than thirty-two characters', 'owner'],
  ['unowned', 'secret', ''],
];

const layouts: readonly (readonly [string, readonly string[]])[] = [
  ['plain', ['--object-streams=disable']],
  ['packed', ['--object-streams=generate']],
  ['linear', ['--linearize']],
];

const qpdfVariants: readonly (readonly [string, readonly string[]])[] = [
  ...layouts,
  ['linear-packed', ['--linearize', '--object-streams=generate']],
  ['preserved', ['--object-streams=preserve']],
  ['qdf', ['--qdf']],
  ['qdf-packed', ['--qdf', '--object-streams=generate']],
  ['uncompressed', ['--stream-data=uncompress']],
  ['recompressed', ['--recompress-flate', '--compression-level=9']],
  ['ids', ['--static-id', '--preserve-unreferenced']],
  ['version', ['--force-version=2.0']],
  ['newlines', ['--newline-before-endstream']],
];

const convertVariants: readonly (readonly [string, readonly string[]])[] = [
  ['gray.png', ['-colorspace', 'Gray']],
  ['gray-alpha.png', ['-colorspace', 'Gray', '-alpha', 'set', '-channel', 'A', '-evaluate', 'set', '50%']],
  ['rgb.png', ['-define', 'png:color-type=2']],
  ['rgba.png', ['-alpha', 'set', '-define', 'png:color-type=6']],
  ['palette.png', ['-colors', '16', '-define', 'png:color-type=3']],
  ['bilevel.png', ['-monochrome', '-define', 'png:bit-depth=1']],
  ['deep.png', ['-depth', '16', '-define', 'png:bit-depth=16']],
  ['interlaced.png', ['-interlace', 'PNG']],
  ['stored.png', ['-quality', '00']],
  ['commented.png', ['-set', 'comment', 'made up', '-set', 'Title', 'none']],
  ['baseline.jpg', []],
  ['progressive.jpg', ['-interlace', 'JPEG']],
  ['gray.jpg', ['-colorspace', 'Gray']],
  ['cmyk.jpg', ['-colorspace', 'CMYK']],
  ['full.jpg', ['-sampling-factor', '1x1', '-quality', '100']],
  ['half.jpg', ['-sampling-factor', '2x2', '-quality', '40']],
  ['uneven.jpg', ['-sampling-factor', '4x1', '-quality', '1']],
  ['arithmetic.jpg', ['-define', 'jpeg:arithmetic-coding=true']],
  ['commented.jpg', ['-set', 'comment', 'a comment']],
  ['none.tif', ['-compress', 'none']],
  ['lzw.tif', ['-compress', 'lzw']],
  ['zip.tif', ['-compress', 'zip']],
  ['packbits.tif', ['-compress', 'rle']],
  ['jpeg.tif', ['-compress', 'jpeg']],
  ['lzma.tif', ['-compress', 'lzma']],
  ['zstd.tif', ['-compress', 'zstd']],
  ['webp.tif', ['-compress', 'webp']],
  ['group3.tif', ['-monochrome', '-compress', 'fax']],
  ['group4.tif', ['-monochrome', '-compress', 'group4']],
  ['big-endian.tif', ['-endian', 'MSB', '-compress', 'none']],
  ['little-endian.tif', ['-endian', 'LSB', '-compress', 'lzw']],
  ['tiled.tif', ['-define', 'tiff:tile-geometry=64x64', '-compress', 'none']],
  ['strips.tif', ['-define', 'tiff:rows-per-strip=7', '-compress', 'none']],
  ['deep.tif', ['-depth', '16', '-compress', 'none']],
  ['cmyk.tif', ['-colorspace', 'CMYK', '-compress', 'none']],
  ['palette.tif', ['-type', 'Palette', '-compress', 'none']],
  ['gray.tif', ['-colorspace', 'Gray', '-compress', 'none']],
  ['alpha.tif', ['-alpha', 'set', '-compress', 'zip']],
  ['planes.tif', ['-interlace', 'Plane', '-compress', 'none']],
  ['ycc.tif', ['-colorspace', 'YCbCr', '-compress', 'none']],
];

const tiffcpVariants: readonly (readonly [string, string, readonly string[]])[] = [
  ['none', 'rgb', ['-c', 'none']],
  ['lzw', 'rgb', ['-c', 'lzw:2']],
  ['zip', 'rgb', ['-c', 'zip:2']],
  ['packbits', 'rgb', ['-c', 'packbits']],
  ['jpeg', 'rgb', ['-c', 'jpeg:r:75', '-r', '16']],
  ['g3', 'bilevel', ['-c', 'g3:2d']],
  ['g4', 'bilevel', ['-c', 'g4']],
  ['tiles', 'rgb', ['-t', '-w', '32', '-l', '32']],
  ['strips', 'rgb', ['-s', '-r', '1']],
  ['big-endian', 'rgb', ['-B']],
  ['little-endian', 'rgb', ['-L']],
  ['bigtiff', 'rgb', ['-8']],
  ['bigtiff-tiles', 'rgb', ['-8', '-t', '-B', '-c', 'lzw']],
  ['separate', 'rgb', ['-p', 'separate']],
  ['separate-lzw', 'rgb', ['-p', 'separate', '-c', 'lzw']],
];

const variants: readonly Recipe[] = [
  ...['gs-1.4', 'gs-1.7'].flatMap((base) =>
    qpdfVariants.map(([name, options]) =>
      recipe(`${base}-${name}.pdf`, 'qpdf', ...options, `$${base}.pdf`, '$out'),
    ),
  ),
  recipe('no-pages.pdf', 'qpdf', '--empty', '$out'),
  recipe('one-page.pdf', 'qpdf', '$gs-1.4.pdf', '--pages', '.', '2', '--', '$out'),
  recipe('images.pdf', 'tiff2pdf', '-o', '$out', '$rgb.tif'),
  recipe('images-zip.pdf', 'tiff2pdf', '-z', '-o', '$out', '$rgb.tif'),
  ...encryptions.flatMap(([kind, options]) =>
    passwords.flatMap(([who, user, owner]) =>
      layouts
        .filter(([layout]) => layout !== 'linear' || who === 'owner')
        .map(([layout, more]) =>
          recipe(
            `${kind}-${who}-${layout}.pdf`,
            'qpdf',
            '--allow-weak-crypto',
            '--encrypt',
            user,
            owner,
            ...options,
            ...(options[0] === '256' && owner === '' ? ['--allow-insecure'] : []),
            '--',
            ...more,
            '$gs-1.4.pdf',
            '$out',
          ),
        ),
    ),
  ),
  ...['large', 'small'].flatMap((base) =>
    convertVariants.map(([name, options]) =>
      recipe(`${base}-${name}`, 'convert', `$${base}.png`, ...options, '$out'),
    ),
  ),
  recipe('pages.tif', 'convert', '$large.png', '$small.png', '-compress', 'lzw', '$out'),
  recipe('pages-small-first.tif', 'convert', '$small.png', '$large.png', '-compress', 'lzw', '$out'),
  ...tiffcpVariants.map(([name, base, options]) =>
    recipe(`tiffcp-${name}.tif`, 'tiffcp', ...options, `$${base}.tif`, '$out'),
  ),
];

const fromVariants: readonly Recipe[] = [
  recipe('again.pdf', 'gs', '-q', '-sDEVICE=pdfwrite', '-o', '$out', '$images.pdf'),
  recipe('unlocked.pdf', 'qpdf', '--decrypt', '$r4-aes-owner-packed.pdf', '$out'),
];
