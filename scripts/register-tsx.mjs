// Loads TypeScript in a worker thread or child process of development: `--import tsx` does nothing in worker threads.
import { register } from 'tsx/esm/api'

register()
