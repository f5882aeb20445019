import { pathToFileURL } from 'node:url'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { UserError } from '../../detector/errors'
import { Prisma, PrismaClient } from '../../generated/prisma/client'

export type Database = PrismaClient

/** A client on an SQLite file that `migrate` has prepared; a full disk is told as what it is. */
export async function openDatabase(file: string): Promise<Database> {
  const db = new PrismaClient({ adapter: new PrismaLibSql({ url: pathToFileURL(file).href, timeout: 5000 }) })
  // In WAL mode a crash of the program loses nothing with this, one of the machine the last moments at most.
  await db.$queryRaw`PRAGMA synchronous = NORMAL`
  const told = db.$extends({
    query: {
      $allOperations: ({ args, query }) =>
        query(args).catch((error: unknown) => {
          throw asDiskError(error)
        }),
    },
  })
  // Its models and methods are those of the client.
  return told as unknown as Database
}

/** Puts what the write-ahead log holds into the file itself, so that this one alone can be copied. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.$queryRaw`PRAGMA wal_checkpoint(TRUNCATE)`.catch(() => undefined)
  await db.$disconnect()
}

/** What SQLite says of the disk (https://sqlite.org/rescode.html); other faults come back unchanged. */
export function asDiskError(error: unknown): unknown {
  const code = error instanceof Error && /SQLITE_(FULL|READONLY|PERM|CANTOPEN)/.exec(error.message)?.[1]
  if (!code) return error
  const body =
    code === 'FULL'
      ? { code: 'disk-full', message: 'The disk is full; nothing was written.', fix: 'Free some space.' }
      : { code: 'write-refused', message: 'The database may not be written.', fix: 'Look at the rights of its folder.' }
  return new UserError({ ...body, where: { file: 'app.db' } }, { cause: error })
}

/** For a nullable JSON column: SQL NULL instead of the JSON value null. */
export const jsonOrNull = (value: object | null | undefined): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value ? asJson(value) : Prisma.DbNull

/** Our own plain objects are JSON; Prisma's input type cannot see that of interfaces. */
export const asJson = (value: object): Prisma.InputJsonValue => value as Prisma.InputJsonValue
