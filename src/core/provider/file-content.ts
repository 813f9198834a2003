/** What the bytes of a file show. */
export interface FileContent {
  readonly type: 'pdf' | 'tiff' | 'jpeg' | 'png' | null;
  /** Pixel size of an image; null for a PDF, and where it cannot be read. */
  readonly width: number | null;
  readonly height: number | null;
  /**
   * The first that applies. `too-large`: over the limit. `type`: magic bytes of nothing that providers take.
   * `password`: a PDF that does not open without one. `corrupted`: cannot be decoded. `damaged`: a PDF that readers
   * open after a repair, which counts as the settings say (`judgedContent`). `dimensions`: below 100×100 px.
   */
  readonly problem: 'too-large' | 'type' | 'password' | 'corrupted' | 'damaged' | 'dimensions' | null;
}
