/**
 * Where the code of a worker thread or child process lies. The bundle puts every entry beside the others as
 * `dist/<name>.js`; in tests and development the TypeScript source runs through tsx.
 */
export function entryPoint(name: string, sourceInDetector: string): { url: URL; execArgv: string[] } {
  const here = import.meta.url
  return here.endsWith('.ts')
    ? {
        url: new URL(sourceInDetector, here),
        execArgv: ['--import', new URL('../scripts/register-tsx.mjs', here).href],
      }
    : { url: new URL(`./${name}.js`, here), execArgv: [] }
}
