/** The size in the headers of an image, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}
