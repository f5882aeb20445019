import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeFileAtomic } from '../../detector/formats/atomic-write'

const hash = promisify<string, Buffer, number, Buffer>(scrypt)
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const SESSION_DAYS = 30

interface Stored {
  version: 1
  /** Hexadecimal; signs session cookies, made once per installation. */
  secret: string
  salt: string
  hash: string
}

/**
 * The access code of this server and the sessions it opens. The code is kept as scrypt hash only; a session is a cookie
 * value with an expiry and a signature, and outlives a restart.
 */
export class AccessCode {
  private constructor(
    private readonly key: Buffer,
    private readonly salt: Buffer,
    private readonly expected: Buffer,
  ) {}

  /**
   * Makes the code of this start (or takes the chosen one) and stores its hash in `access.json`, readable by the owner only.
   * @returns the code in clear, for the banner; undefined when it was chosen by the user
   */
  static async open(dataDir: string, chosen: string | undefined): Promise<{ access: AccessCode; code?: string }> {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    const file = join(dataDir, 'access.json')
    const before = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as Partial<Stored>)
      .catch(() => undefined)
    const secret = /^[0-9a-f]{64}$/.test(before?.secret ?? '') ? before!.secret! : randomBytes(32).toString('hex')
    const code = chosen ?? makeCode()
    const salt = randomBytes(16)
    const stored: Stored = {
      version: 1,
      secret,
      salt: salt.toString('hex'),
      hash: (await hash(normal(code), salt, 32)).toString('hex'),
    }
    const mask = process.umask(0o077)
    try {
      await writeFileAtomic(file, `${JSON.stringify(stored)}\n`)
    } finally {
      process.umask(mask)
    }
    // A changed password ends the sessions that the former one opened.
    const key = createHmac('sha256', Buffer.from(secret, 'hex'))
      .update(chosen ?? '')
      .digest()
    return { access: new AccessCode(key, salt, Buffer.from(stored.hash, 'hex')), ...(!chosen && { code }) }
  }

  async matches(code: string): Promise<boolean> {
    return timingSafeEqual(await hash(normal(code), this.salt, 32), this.expected)
  }

  /** Cookie value of a new session. */
  newSession(now = Date.now()): string {
    const content = `${now + SESSION_DAYS * 86_400_000}.${randomBytes(12).toString('hex')}`
    return `${content}.${this.sign(content)}`
  }

  isSession(value: string, now = Date.now()): boolean {
    const [expiry, nonce, signature, ...rest] = value.split('.')
    if (!signature || rest.length > 0 || !/^\d{1,16}$/.test(expiry)) return false
    const given = Buffer.from(signature)
    const right = Buffer.from(this.sign(`${expiry}.${nonce}`))
    return given.length === right.length && timingSafeEqual(given, right) && Number(expiry) > now
  }

  private sign(content: string): string {
    return createHmac('sha256', this.key).update(content).digest('hex')
  }
}

export const SESSION_SECONDS = SESSION_DAYS * 86_400

/** 60 bits in three groups of four letters that cannot be mistaken for one another. */
function makeCode(): string {
  const letters = [...randomBytes(12)].map((byte) => LETTERS[byte % LETTERS.length]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** Blanks that were copied along do not matter. */
const normal = (code: string): string => code.trim()
