import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { MultipartBody, type UploadedFile } from '../../platform/http/upload.js';
import { graphFilesOf } from './graph-files.js';

const upload = (name: string, bytes: Uint8Array): UploadedFile => ({
  field: 'file',
  name,
  mediaType: 'x',
  bytes,
});
const form = (...files: UploadedFile[]) => new MultipartBody({}, files);
const zip = (entries: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])));

const LATIN = new Uint8Array([0xff, 0xfe, 0x41]);

describe('the documents of an upload', () => {
  it('are the body itself when it is text', () => {
    expect(graphFilesOf('name: a')).toEqual([{ name: 'graph.yaml', source: 'name: a', folder: null }]);
  });

  it('are the files of a form, with archives opened and what is no YAML left out', () => {
    const archive = zip({ 'graphs/a.yaml': 'A', 'b.yml': 'B', 'README.md': '#', '__MACOSX/._a.yaml': 'x' });
    const files = graphFilesOf(form(upload('c.yaml', strToU8('C')), upload('all.zip', archive)));
    expect(files.map(({ name, source }) => ({ name, source }))).toEqual([
      { name: 'c.yaml', source: 'C' },
      { name: 'all.zip/graphs/a.yaml', source: 'A' },
      { name: 'all.zip/b.yml', source: 'B' },
    ]);
  });

  it.each([
    ['nothing at all', '', 'graph/no-file'],
    ['a form without files', form(), 'graph/no-file'],
    ['an archive without YAML', form(upload('a.zip', zip({ 'a.txt': 'x' }))), 'graph/no-file'],
    ['an archive without anything', form(upload('a.zip', zip({}))), 'graph/no-file'],
    [
      'an archive that is cut off',
      form(upload('a.zip', zip({ 'a.yaml': 'x' }).slice(0, 20))),
      'request/invalid',
    ],
    ['text that is not UTF-8', form(upload('a.yaml', new Uint8Array([0xff, 0xfe, 0x41]))), 'request/invalid'],
  ])('are refused when the body is %s', (_, body, code) => {
    expect(() => graphFilesOf(body)).toThrow(expect.objectContaining({ code }));
  });

  it('are refused before anything is inflated when an archive is a bomb', () => {
    const bomb = zip(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.yaml`, ' '.repeat(1_048_576)])),
    );
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => graphFilesOf(form(upload('bomb.zip', bomb)))).toThrow('holds more than 16 MiB of YAML');
    const many = zip(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`${i}.yaml`, ''])));
    expect(() => graphFilesOf(form(upload('many.zip', many)))).toThrow('holds more than 200 YAML files');
  });

  it('take no more memory than an entry says, even when the entry lies', () => {
    const liar = zip({ 'a.yaml': 'x'.repeat(500_000) });
    const view = new DataView(liar.buffer, liar.byteOffset);
    for (let at = 0; at < liar.length - 4; at++)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    const [file] = graphFilesOf(form(upload('liar.zip', liar)));
    expect(file?.source.length).toBe(10);
  });

  it('stand in the folder of their archive or form, with what they may read there', () => {
    const archive = zip({
      'g/a.yaml': 'A',
      'g/prompts/p.md': 'inside',
      'secret.md': 'outside',
      'g/.env': 'x',
    });
    const [inArchive] = graphFilesOf(form(upload('all.zip', archive)));
    const files = inArchive!.folder!.options().files!;
    expect(files('prompts/p.md')).toEqual({ ok: true, text: 'inside' });
    expect(files('../secret.md')).toMatchObject({ ok: false, code: 'graph/file-outside' });
    expect(files('.env')).toMatchObject({ ok: false, code: 'graph/file-missing' });
    const loose = form(
      upload('a.yaml', strToU8('A')),
      upload('p.md', strToU8('beside')),
      upload('b.bin', LATIN),
    );
    const inForm = graphFilesOf(loose);
    expect(inForm.map(({ name }) => name)).toEqual(['a.yaml']);
    const beside = inForm[0]!.folder!.options().files!;
    expect(beside('p.md')).toEqual({ ok: true, text: 'beside' });
    expect(beside('b.bin')).toMatchObject({ ok: false, code: 'graph/file-not-text' });
  });

  it('read no more of an archive than a file may have', () => {
    const archive = zip({ 'a.yaml': 'A', 'rows.csv': ' '.repeat(10 * 1_048_576 + 1) });
    const [file] = graphFilesOf(form(upload('all.zip', archive)));
    const read = file!.folder!.options().files!('rows.csv');
    expect(read).toMatchObject({ ok: false, code: 'graph/file-too-large' });
  });
});
