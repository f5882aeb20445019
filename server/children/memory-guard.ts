import { workerData } from 'node:worker_threads'

const EVERY_MS = 50

// Native code does not give way, so a thread of its own watches. Ended like the kernel would end it.
setInterval(() => {
  if (process.memoryUsage.rss() > (workerData as number)) process.kill(process.pid, 'SIGKILL')
}, EVERY_MS)
