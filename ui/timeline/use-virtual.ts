import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface VirtualList {
  readonly scroller: (element: HTMLDivElement | null) => void;
  /** Index of the first row to draw, and the one after the last. */
  readonly first: number;
  readonly end: number;
  readonly width: number;
  show(index: number): void;
}

const overscan = 6;

/**
 * Draws only the rows in view. When rows are added above them, they stay where they are, unless the list is at its top.
 * @param keys of all rows
 */
export function useVirtual(
  keys: readonly { readonly key: string }[],
  rowHeight: number,
  header: number,
): VirtualList {
  const [element, scroller] = useState<HTMLDivElement | null>(null);
  const [view, setView] = useState({ top: 0, height: 800, width: 800 });
  const anchor = useRef<{ key: string; index: number } | null>(null);
  useLayoutEffect(() => {
    if (element === null) return undefined;
    const read = (): void =>
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [element]);
  useLayoutEffect(() => {
    const known = anchor.current;
    if (element === null) return;
    if (known !== null && element.scrollTop > 0 && keys[known.index]?.key !== known.key) {
      const index = keys.findIndex(({ key }) => key === known.key);
      if (index !== -1) element.scrollTop += (index - known.index) * rowHeight;
    }
    const index = Math.floor(element.scrollTop / rowHeight);
    const key = keys[index]?.key;
    anchor.current = key === undefined ? null : { key, index };
  });
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const end = Math.min(keys.length, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  return {
    scroller,
    first,
    end,
    width: view.width,
    show(index) {
      if (element === null) return;
      const top = index * rowHeight;
      const bottom = top + rowHeight + header;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom - element.clientHeight;
    },
  };
}
