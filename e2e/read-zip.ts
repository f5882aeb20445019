import yauzl from 'yauzl'

/** Name and content of every file of a zip. */
export function readZip(path: string): Promise<Map<string, Buffer>> {
  return new Promise((done, fail) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return fail(error)
      const files = new Map<string, Buffer>()
      zip.on('error', fail)
      zip.on('end', () => done(files))
      zip.on('entry', (entry: yauzl.Entry) => {
        if (entry.fileName.endsWith('/')) return zip.readEntry()
        zip.openReadStream(entry, (problem, stream) => {
          if (problem) return fail(problem)
          const parts: Buffer[] = []
          stream.on('error', fail)
          stream.on('data', (part: Buffer) => parts.push(part))
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(parts))
            zip.readEntry()
          })
        })
      })
      zip.readEntry()
    })
  })
}
