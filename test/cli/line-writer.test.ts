import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../src/cli/line-writer.ts';

/** A stream that records writes; while it is `stuck`, it accepts nothing after the first chunk. */
function sink() {
  const written: string[] = [];
  let go: () => void = () => undefined;
  const state = { stuck: false, release: () => go() };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written.push(chunk);
      if (state.stuck) go = done;
      else done();
    },
  });
  const losses: number[] = [];
  const writer = createLineWriter(stream, (lines) => {
    losses.push(lines);
    writer.write(`${lines} lost`);
  });
  return { written, state, stream, losses, writer };
}

describe('the line writer', () => {
  it('the line writer writes the lines of one turn together, in order', async () => {
    const { written, writer } = sink();
    writer.write('a');
    writer.write('b');
    expect(written).toEqual([]);
    await turn();
    writer.write('c');
    await turn();
    expect(written).toEqual(['a\nb\n', 'c\n']);
  });

  it('the line writer writes flushed lines immediately and only once', async () => {
    const { written, writer } = sink();
    writer.write('a');
    writer.flush();
    expect(written).toEqual(['a\n']);
    writer.flush();
    await turn();
    expect(written).toEqual(['a\n']);
  });

  it('the line writer does not wait for the end of a turn with much output', () => {
    const { written, writer } = sink();
    const line = 'x'.repeat(1_023);
    for (let i = 0; i < 65; i++) writer.write(line);
    expect(written.map((text) => text.length)).toEqual([65_536]);
    writer.flush();
    expect(written.join('')).toBe(`${line}\n`.repeat(65));
  });

  it('the line writer buffers at most 16 MiB for a stalled reader, and reports how many lines it dropped', async () => {
    const { written, state, stream, losses, writer } = sink();
    state.stuck = true;
    const line = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 1_000; i++) writer.write(line);
    expect(stream.writableLength).toBeLessThan(17 * 1024 * 1024);
    const kept = stream.writableLength / (line.length + 1);
    writer.write('after');
    await turn();
    expect(losses).toEqual([]);
    state.stuck = false;
    state.release();
    await turn();
    writer.write('later');
    await turn();
    expect(losses).toEqual([1_001 - kept]);
    expect(written.join('').split('\n').slice(-4)).toEqual([line, `${losses[0]} lost`, 'later', '']);
  });

  it('the line writer finishes once all lines are written', async () => {
    const { written, state, writer } = sink();
    state.stuck = true;
    writer.write('a');
    writer.flush();
    writer.write('b');
    let finished = false;
    const finish = writer.finish(60_000).then(() => (finished = true));
    await turn();
    expect(finished).toBe(false);
    state.stuck = false;
    state.release();
    await finish;
    expect(written).toEqual(['a\n', 'b\n']);
  });

  it('the line writer reports dropped lines at the end, when no line follows them', async () => {
    const { written, state, losses, writer } = sink();
    state.stuck = true;
    for (let i = 0; i < 300; i++) writer.write('x'.repeat(64 * 1024));
    const finish = writer.finish(60_000);
    state.stuck = false;
    state.release();
    await finish;
    expect(losses).toHaveLength(1);
    expect(losses[0]).toBeGreaterThan(0);
    expect(written.join('').endsWith(`${losses[0]} lost\n`)).toBe(true);
  });

  it('the line writer stops waiting for a reader that reads nothing', async () => {
    const { state, writer } = sink();
    state.stuck = true;
    writer.write('a');
    writer.flush();
    await writer.finish(1);
  });
});
