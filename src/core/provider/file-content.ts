/** What inspecting the bytes of a file found. */
export interface FileContent {
  readonly type: 'pdf' | 'tiff' | 'jpeg' | 'png' | null;
  /** Size of an image in pixels. Null for a PDF, and if it is unreadable. */
  readonly width: number | null;
  readonly height: number | null;
  /**
   * The first problem that applies. `too-large`: over the limit. `type`: not a type that providers accept. `password`:
   * a PDF that requires a password. `corrupted`: cannot be decoded. `damaged`: a PDF that readers open after a repair,
   * whose meaning depends on the settings (`judgedContent`). `dimensions`: smaller than 100×100 px.
   */
  readonly problem: 'too-large' | 'type' | 'password' | 'corrupted' | 'damaged' | 'dimensions' | null;
}
