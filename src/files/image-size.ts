/** What an image's headers say, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}
