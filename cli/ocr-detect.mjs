#!/usr/bin/env node
// The command that npm links. It is there before the first build: npx keeps a link that once led nowhere.
import { existsSync } from 'node:fs'

const built = new URL('../dist/ocr-detect.js', import.meta.url)
if (existsSync(built)) await import(built.href)
else {
  process.stderr.write('ocr-detect is not built yet. Run once: bash start_app.sh\n')
  process.exitCode = 2
}
