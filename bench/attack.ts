/**
 * Attacks a fresh server, one attack after another, and prints for each whether it was held.
 *
 *     npx --no-install tsx bench/attack.ts [--list doors,…] [--promise T1,…]
 *
 * Needs a build (`bash scripts/prepare.sh`). What comes from elsewhere comes from an address that exists in a network
 * namespace of its own only (Linux; `unshare` and `ip`), so that nothing leaves this machine; where namespaces are refused,
 * from the machine's own address, and without one those attacks are not run. Exit code 1 when an attack was not held.
 * More lists: a file in `bench/attacks/` and a line below.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { parseArgs } from 'node:util'
import { AppServer } from '../e2e/app-server'
import type { Attack } from './attacks/attack'
import { doors } from './attacks/doors'

const LISTS: Record<string, Attack[]> = { doors }

/** Of the range for documentation (RFC 5737): in the namespace it is an address of the loopback device. */
const ADDRESS = '192.0.2.1'
const INSIDE = 'ATTACK_NAMESPACE'
const { values: o } = parseArgs({
  options: { list: { type: 'string', default: Object.keys(LISTS).join() }, promise: { type: 'string' } },
})

if (process.env[INSIDE] === undefined) {
  const options = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user']
  const setUp = `ip link set lo up && ip address add ${ADDRESS}/32 dev lo`
  const allowed = spawnSync('unshare', [...options, 'sh', '-c', setUp], { stdio: 'ignore' }).status === 0
  const env = { ...process.env, [INSIDE]: allowed ? ADDRESS : '' }
  const itself = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const [command, ...args] = allowed
    ? ['unshare', ...options, 'sh', '-c', `${setUp} && exec "$@"`, 'sh', ...itself]
    : itself
  try {
    execFileSync(command, args, { stdio: 'inherit', env })
  } catch {
    process.exitCode = 1
  }
} else {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address
  const elsewhere = process.env[INSIDE] || own
  const promises = o.promise?.split(',')
  const attacks = o.list
    .split(',')
    .flatMap((name) => LISTS[name] ?? [])
    .filter(({ promise }) => promises?.includes(promise) ?? true)
  const server = await AppServer.start({ HOST: '0.0.0.0' })
  let failed = 0
  try {
    for (const { promise, name, foreign, run } of attacks) {
      if (foreign && !elsewhere) {
        console.log(`not run  ${promise.padEnd(4)} ${name}: no address to come from`)
        continue
      }
      try {
        await run({ server, elsewhere })
        console.log(`held     ${promise.padEnd(4)} ${name}`)
      } catch (error) {
        failed++
        console.log(`FAILED   ${promise.padEnd(4)} ${name}: ${(error as Error).message}`)
      }
    }
  } finally {
    await server.close()
  }
  console.log(failed === 0 ? 'all attacks held' : `${failed} attacks were not held`)
  process.exitCode = failed === 0 ? 0 : 1
}
