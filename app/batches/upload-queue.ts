import type { BatchInfo, Uploaded } from '../../server/batches/schema'
import { RequestError, request, upload } from '../data/request'
import { groups, isZip, type NamedFile } from './collect-files'

interface UploadState {
  batch: string
  phase: 'sending' | 'failed'
  sent: number
  total: number
  /** Share of the bytes, 0–1. */
  share: number
  error?: unknown
  /** What the server did not take, once the upload has failed. */
  refused?: Uploaded['refused']
}

/** What an upload ended with. */
interface UploadEnd {
  batch: string
  refused: Uploaded['refused']
}

const TRIES = 4
const PAUSE_MS = 1500

/**
 * The one upload of this page. It lives outside of the components, so that it goes on while other tabs are looked at; the
 * pictures that have arrived are the server's, whatever happens here.
 */
class UploadQueue {
  private state: UploadState | undefined
  private waiting: NamedFile[] = []
  private abort = new AbortController()
  private readonly listeners = new Set<() => void>()
  private readonly ends = new Set<(end: UploadEnd) => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly current = (): UploadState | undefined => this.state

  onEnd(listener: (end: UploadEnd) => void): () => void {
    this.ends.add(listener)
    return () => this.ends.delete(listener)
  }

  /** Sends files to an open batch and closes it afterwards. */
  start(batch: string, files: readonly NamedFile[]): void {
    this.waiting = [...files]
    this.set({ batch, phase: 'sending', sent: 0, total: files.length, share: 0 })
    void this.send(batch)
  }

  /** Goes on after a failure. */
  resume(): void {
    if (this.state?.phase !== 'failed') return
    this.set({ ...this.state, phase: 'sending', error: undefined })
    void this.send(this.state.batch)
  }

  /** Ends the upload; what has arrived stays and is worked on. */
  async stop(): Promise<void> {
    const batch = this.state?.batch
    this.abort.abort()
    this.set(undefined)
    if (batch) await request(`/batches/${batch}/close`, { method: 'POST' })
  }

  private set(state: UploadState | undefined): void {
    this.state = state
    for (const listener of this.listeners) listener()
  }

  private async send(batch: string): Promise<void> {
    this.abort = new AbortController()
    const { signal } = this.abort
    const bytes = this.waiting.reduce((sum, f) => sum + f.file.size, 0) || 1
    const total = this.state?.total ?? this.waiting.length
    const refused: Uploaded['refused'] = []
    let done = 0
    try {
      for (const group of groups(this.waiting)) {
        const size = group.reduce((sum, f) => sum + f.file.size, 0)
        const answer = await this.sendGroup(batch, group, signal, (share) =>
          this.set({
            batch,
            phase: 'sending',
            total,
            sent: total - this.waiting.length,
            share: (done + size * share) / bytes,
          }),
        )
        refused.push(...answer)
        done += size
        this.waiting = this.waiting.slice(group.length)
        this.set({ batch, phase: 'sending', total, sent: total - this.waiting.length, share: done / bytes })
      }
      await request(`/batches/${batch}/close`, { method: 'POST' })
      this.set(undefined)
      for (const listener of this.ends) listener({ batch, refused })
    } catch (error) {
      if (signal.aborted) return
      const sent = total - this.waiting.length
      this.set({ batch, phase: 'failed', total, sent, share: done / bytes, error, refused })
    }
  }

  /** One request, again after a lost connection; pictures that had arrived before it was lost are not sent twice. */
  private async sendGroup(
    batch: string,
    group: NamedFile[],
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<Uploaded['refused']> {
    let rest = group
    let before: number | undefined
    for (let attempt = 1; ; attempt++) {
      const form = new FormData()
      for (const { file, name } of rest) form.append('file', file, name)
      try {
        before ??= (await request<BatchInfo>(`/batches/${batch}`, { signal })).total
        return (await upload<Uploaded>(`/batches/${batch}/files`, form, { signal, onProgress })).refused
      } catch (error) {
        const lost = error instanceof RequestError && error.status === 0
        if (!lost || attempt >= TRIES || signal.aborted) throw error
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt))
        if (before === undefined || group.some((f) => isZip(f.name))) continue
        const now = await request<BatchInfo>(`/batches/${batch}`, { signal }).catch(() => undefined)
        if (now) {
          rest = rest.slice(now.total - before)
          before = now.total
          if (rest.length === 0) return []
        }
      }
    }
  }
}

export const uploads = new UploadQueue()
