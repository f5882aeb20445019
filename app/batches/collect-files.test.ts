import { describe, expect, it } from 'vitest'
import { groups, type NamedFile, usable } from './collect-files'

const file = (name: string, size = 10): NamedFile => ({ name, file: { name, size } as File })

describe('files of a batch', () => {
  it('leaves out what is no picture, and hidden files', () => {
    const { files, leftOut } = usable(
      [
        'a/1.JPG',
        'scan.jfif',
        'a/.DS_Store',
        'b.tiff',
        'notes.txt',
        '._c.png',
        'all.zip',
        'd.svg',
        'x.HEIC',
        'y.pdf',
      ].map((n) => file(n)),
    )
    expect(files.map((f) => f.name)).toEqual(['a/1.JPG', 'scan.jfif', 'b.tiff', 'all.zip'])
    expect(leftOut).toEqual([
      { name: 'notes.txt', why: 'not-a-picture' },
      { name: 'd.svg', why: 'type-unread' },
      { name: 'x.HEIC', why: 'type-unread' },
      { name: 'y.pdf', why: 'type-unread' },
    ])
  })

  it('sends few at a time, zips and large files alone, and keeps the order', () => {
    const names = (list: NamedFile[]) => groups(list, 2, 100).map((g) => g.map((f) => f.name).join())
    expect(names(['1', '2', '3'].map((n) => file(n)))).toEqual(['1,2', '3'])
    expect(names([file('1'), file('z.zip'), file('2')])).toEqual(['1', 'z.zip', '2'])
    expect(names([file('1', 60), file('2', 60), file('3', 500)])).toEqual(['1', '2', '3'])
    expect(groups([])).toEqual([])
  })
})
