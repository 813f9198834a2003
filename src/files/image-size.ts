/** What an image's headers say, in pixels. */
export interface ImageSize {
  readonly width: number;
  /** Null where only decoding the image tells it. */
  readonly height: number | null;
}
