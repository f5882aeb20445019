import { oneLine } from './one-line'

/** What a user can read and act on; the form is the same in the CLI, in HTTP and in the page. */
export interface ErrorBody {
  code: string
  message: string
  where?: { file: string; line?: number }
  fix?: string
}

/**
 * A fault that the user can repair: wrong input, wrong use, a full disk. `message` says what was expected and what was
 * found, `where` the file (and line), `fix` what to do. `code` is stable (kebab case) and is what translations go by.
 * Every other thrown value is a defect of the program.
 */
export class UserError extends Error {
  readonly code: string
  readonly where?: ErrorBody['where']
  readonly fix?: string

  constructor(body: ErrorBody, options?: { cause?: unknown }) {
    super(body.message, options)
    this.name = 'UserError'
    this.code = body.code
    this.where = body.where
    this.fix = body.fix
  }

  toBody(): ErrorBody {
    const body: ErrorBody = { code: this.code, message: this.message }
    if (this.where) body.where = this.where
    if (this.fix) body.fix = this.fix
    return body
  }

  /** One line for a terminal or a log: `place: message Fix.` */
  toLine(): string {
    const place = this.where ? `${this.where.file}${this.where.line === undefined ? '' : `:${this.where.line}`}: ` : ''
    return oneLine(`${place}${this.message}${this.fix ? ` ${this.fix}` : ''}`)
  }
}
