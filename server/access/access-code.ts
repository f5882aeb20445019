import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { writeFileAtomic } from '../../detector/files/atomic-write'

const scryptHash = promisify<string, Buffer, number, Buffer>(scrypt)
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const SESSION_DAYS = 30
export const SESSION_SECONDS = SESSION_DAYS * 86_400
/** The longest unused go first; who had one logs in again. */
const MOST_SESSIONS = 1000
/** Chosen codes of this length count as ones that nobody guesses. */
const STRONG_LENGTH = 16

/** `access.json`: nothing in it opens the server, codes and sessions are hashes. */
const storedSchema = z.object({
  version: z.literal(2),
  /** Of the chosen code; absent when a code is made at each start. Hexadecimal. */
  chosen: z.object({ salt: z.string(), hash: z.string() }).optional(),
  /** SHA-256 of the cookie values, with the time at which each ends. */
  sessions: z.record(z.string(), z.number()),
})
type Stored = z.infer<typeof storedSchema>

/**
 * The access code of this server and the sessions it opened. A session is a random cookie value of which the hash is kept: it
 * ends by time, by logging out, and with the code that opened it. It outlives a restart with the same chosen code.
 */
export class AccessCode {
  /** Compares codes without keeping them: what is hashed with this key means nothing to another process. */
  private readonly key = randomBytes(32)
  private readonly expected: Buffer
  private readonly sessions: Map<string, number>
  private writing = Promise.resolve()
  /** Is called when sessions have ended before their time. */
  onEnd: () => void = () => undefined

  private constructor(
    code: string,
    /** So long that it cannot be guessed at any speed at which a server answers. */
    readonly isStrong: boolean,
    private readonly file: string,
    private readonly stored: Stored,
  ) {
    this.expected = this.mark(code)
    this.sessions = new Map(Object.entries(stored.sessions))
  }

  /**
   * Makes the code of this start, which ends all sessions, or takes the chosen one, which ends them when it is another than
   * before.
   * @returns the code in clear, for the banner; undefined when it was chosen by the user
   * @throws UserError `disk-full`, `write-refused`
   */
  static async open(dataDir: string, chosen: string | undefined): Promise<{ access: AccessCode; code?: string }> {
    const file = join(dataDir, 'access.json')
    const before = await readFile(file, 'utf8')
      .then((text) => storedSchema.safeParse(JSON.parse(text)).data)
      .catch(() => undefined)
    const code = chosen ?? makeCode()
    const stored: Stored = { version: 2, sessions: {} }
    if (chosen !== undefined) {
      if (before?.chosen && (await isHashOf(chosen, before.chosen))) Object.assign(stored, before)
      else stored.chosen = await hashOf(chosen, randomBytes(16))
    }
    const strong = chosen === undefined || normal(chosen).length >= STRONG_LENGTH
    const access = new AccessCode(code, strong, file, stored)
    await access.save()
    return { access, ...(chosen === undefined && { code }) }
  }

  matches(code: string): boolean {
    return timingSafeEqual(this.mark(code), this.expected)
  }

  /** Cookie value of a new session. */
  async newSession(now = Date.now()): Promise<string> {
    const value = randomBytes(24).toString('base64url')
    for (const [id, end] of this.sessions) if (end <= now) this.sessions.delete(id)
    this.sessions.set(sessionId(value), now + SESSION_SECONDS * 1000)
    if (this.sessions.size > MOST_SESSIONS) this.sessions.delete(this.sessions.keys().next().value!)
    // Where the disk takes nothing, the session lasts as long as the process.
    await this.save().catch(() => undefined)
    return value
  }

  isSession(value: string, now = Date.now()): boolean {
    return (this.sessions.get(sessionId(value)) ?? 0) > now
  }

  /** @throws UserError `disk-full`, `write-refused`: until the next start it has ended all the same */
  async endSession(value: string): Promise<void> {
    if (!this.sessions.delete(sessionId(value))) return
    this.onEnd()
    await this.save()
  }

  private mark(code: string): Buffer {
    return createHmac('sha256', this.key).update(normal(code)).digest()
  }

  private save(): Promise<void> {
    const write = async (): Promise<void> => {
      const content: Stored = { ...this.stored, sessions: Object.fromEntries(this.sessions) }
      await writeFileAtomic(this.file, `${JSON.stringify(content)}\n`, 0o600)
    }
    const done = this.writing.then(write)
    this.writing = done.catch(() => undefined)
    return done
  }
}

const sessionId = (value: string): string => createHash('sha256').update(value).digest('hex')

/** 59 bits in three groups of four letters that cannot be mistaken for one another. */
function makeCode(): string {
  // Bytes beyond a whole number of alphabets would make some letters more frequent.
  const usable = 256 - (256 % LETTERS.length)
  let letters = ''
  while (letters.length < 12) {
    for (const byte of randomBytes(16))
      if (byte < usable && letters.length < 12) letters += LETTERS[byte % LETTERS.length]
  }
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

async function hashOf(code: string, salt: Buffer): Promise<{ salt: string; hash: string }> {
  return { salt: salt.toString('hex'), hash: (await scryptHash(normal(code), salt, 32)).toString('hex') }
}

async function isHashOf(code: string, { salt, hash }: { salt: string; hash: string }): Promise<boolean> {
  const given = await hashOf(code, Buffer.from(salt, 'hex'))
  return given.hash.length === hash.length && timingSafeEqual(Buffer.from(given.hash), Buffer.from(hash))
}

/** Blanks that were copied along do not matter. */
const normal = (code: string): string => code.trim()
