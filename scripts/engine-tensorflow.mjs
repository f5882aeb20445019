// `npm run engine:tensorflow [cpu|gpu]`: installs the native TensorFlow.js beside the project (package.json stays as it
// is), tries it, and says what it did or why it cannot. Its install script downloads libtensorflow, so it needs internet.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const VERSION = '4.22.0'
const root = join(import.meta.dirname, '..')
const say = (line) => console.log(line)

/** What the NVIDIA driver says of itself, if there is one. */
function nvidia() {
  const asked = spawnSync('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], {
    encoding: 'utf8',
  })
  return asked.status === 0 ? asked.stdout.trim().split('\n')[0] : undefined
}

function choose() {
  const wish = process.argv[2]
  if (wish && wish !== 'cpu' && wish !== 'gpu') {
    say('Use: npm run engine:tensorflow [cpu|gpu]')
    process.exit(2)
  }
  const card = nvidia()
  const linux = process.platform === 'linux' && process.arch === 'x64'
  if (wish === 'gpu' || (!wish && card && linux)) {
    if (!linux) {
      say(
        `The GPU package is for Linux on x64; this is ${process.platform} on ${process.arch}. Take: npm run engine:tensorflow cpu`,
      )
      process.exit(1)
    }
    say(card ? `Found: ${card}.` : 'No NVIDIA driver answers (nvidia-smi); the GPU package will run on the CPU.')
    say(
      'tfjs-node-gpu 4.22 is built for CUDA 11.2 with cuDNN 8.1: driver 460 or newer, and these libraries on the path.',
    )
    return '@tensorflow/tfjs-node-gpu'
  }
  return '@tensorflow/tfjs-node'
}

/** Loads the package in a process of its own, since a broken native library can end the process. */
function tryIt(name) {
  const script = `
    const util = require('node:util'); util.isNullOrUndefined ??= (v) => v === null || v === undefined
    const tf = require(${JSON.stringify(name)})
    tf.ready().then(() => {
      const t = Date.now()
      const x = tf.randomNormal([1, 160, 160, 64]), k = tf.randomNormal([3, 3, 64, 64])
      tf.grad((w) => tf.sum(tf.conv2d(x, w, 1, 'same')))(k).dataSync()
      console.log(tf.getBackend() + ' backend, version ' + tf.version_core + ', trial step ' + (Date.now() - t) + ' ms')
    })`
  return spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
}

const name = choose()
say(`Installing ${name} ${VERSION} (its install script fetches libtensorflow 2.9.1) ...`)
const npm = spawnSync(
  'npm',
  ['install', '--no-save', '--ignore-scripts=false', '--no-audit', '--no-fund', `${name}@${VERSION}`],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: process.platform === 'win32',
  },
)
if (npm.status !== 0) {
  const offline = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(npm.stderr ?? '')
  say(
    offline
      ? 'It could not be installed: the download of libtensorflow was not reachable. It needs internet access.'
      : `It could not be installed: ${(npm.stderr ?? '').trim().split('\n').at(-1)}`,
  )
  say('Nothing is lost: onnxruntime stays the engine, and --engine tensorflow runs on WebAssembly.')
  process.exit(1)
}
if (!existsSync(join(root, 'node_modules', name, 'package.json'))) {
  // An optional peer whose install script fails is left out without an error.
  say(`npm left ${name} out, because its install script failed: most likely libtensorflow could not be downloaded.`)
  say('Try again with internet access. Nothing is lost: --engine tensorflow runs on WebAssembly until then.')
  process.exit(1)
}
const trial = tryIt(name)
if (trial.status !== 0) {
  const reason = (trial.stderr ?? '').split('\n').find((line) => /Error/.test(line)) ?? `exit ${trial.status}`
  say(`It is installed but does not load: ${reason.trim()}`)
  say(`Remove it with: npm uninstall --no-save ${name}. Training with --engine tensorflow then runs on WebAssembly.`)
  process.exit(1)
}
say(`It works: ${trial.stdout.trim()}`)
say('Use it with --engine tensorflow, or choose it in the training tab under "advanced".')
