import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { bytesText } from '../parts/format.ts';

/** Takes files by drop or by choice. */
export function FileDrop({
  files,
  onFiles,
}: {
  files: readonly File[];
  onFiles: (files: readonly File[]) => void;
}): JSX.Element {
  const [isOver, setOver] = useState(false);
  return (
    <label
      class={`drop ${isOver ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <span>Drop files here, or choose them</span>
      <input type="file" multiple onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])} />
      {files.length > 0 && (
        <ul class="plain">
          {files.map((file) => (
            <li key={file.name}>
              {file.name} <span class="dim">{bytesText(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
    </label>
  );
}
